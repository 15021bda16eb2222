"""The shop: its name, its languages and its colors."""
