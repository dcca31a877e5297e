"""The control API, by which tests and trainers change the account at run time."""
