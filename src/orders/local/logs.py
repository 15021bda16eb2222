"""Logs of the server and of functions, on stderr."""

import logging

TIME = "%Y-%m-%dT%H:%M:%S%z"
"""With date and zone, so that lines of two machines, or of two days, can be compared."""
LINE = "%(asctime)s %(levelname)-7s %(message)s"


def show_logs() -> None:
    """Everything from this system, warnings from others."""
    logging.basicConfig(level=logging.WARNING, format=LINE, datefmt=TIME)
    logging.getLogger("orders").setLevel(logging.INFO)
