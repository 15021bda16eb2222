"""Backups of a data folder: made while a server uses it, checked, and restored."""
