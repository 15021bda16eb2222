"""What the system does, one module for each use case, written in terms of the ports."""
