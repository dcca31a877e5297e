"""The command line: each module a group of commands, each command a few lines over services.

Importing a command module must stay cheap (``sdrdesk --help`` loads them all), so everything
heavier than typer is imported inside the commands.
"""
