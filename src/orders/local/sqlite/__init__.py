"""The table of orders on SQLite."""
