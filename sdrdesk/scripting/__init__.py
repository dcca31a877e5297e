"""Call scripts: Markdown files of a team, matched to a lead and merged in a sandbox.

Jinja takes 50 ms to import and most commands merge no script, so ``library`` imports ``render`` and
``lint`` inside the functions that need them.
"""
