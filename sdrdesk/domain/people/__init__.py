"""People from a file: what each column means, which rows can be used. Nothing is looked up."""
