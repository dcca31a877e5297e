"""The team's rules: brought from git or a folder, checked, compared, put in force, gone back on."""
