"""Call blocks: length, goal, recipe, and how they are written."""
