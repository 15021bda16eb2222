"""`orders submit`: one order, or many from a file."""
