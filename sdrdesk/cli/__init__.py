"""The command line: each module has a group of commands, each command a few lines over services.

A command's module is imported when the command is named (``options.CommandGroup``), so what all
its commands need is imported at its top. Imports inside functions are for what only one rare
command or option needs, and in ``session`` for services, each loaded when it is first asked for:
``bench.startup`` measures ``next``, ``queue``, ``why`` and ``dispose``.
"""
