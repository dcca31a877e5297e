"""Everything a rep can do, behind one protocol."""
