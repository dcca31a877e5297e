"""What a person can ask for, served to screens and to the command line alike."""
