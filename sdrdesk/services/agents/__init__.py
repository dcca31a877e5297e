"""The agents' and scripts' access: tools, limits, and the socket of an open workbench."""
