"""What agents and scripts may see and do: tools, limits, and the socket of an open workbench."""
