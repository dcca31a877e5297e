"""The team feed for the desk: what came, what is to be read, and who has which lead."""
