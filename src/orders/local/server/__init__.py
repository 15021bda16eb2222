"""The HTTP server of one machine, and the workers beside it."""
