"""Items that two machines of one rep exchange by way of a folder."""
