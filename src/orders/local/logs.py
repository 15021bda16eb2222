"""Logs of the server and of functions, on stderr."""

import logging


def show_logs() -> None:
    """Everything from this system, warnings from others."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)-7s %(message)s", datefmt="%H:%M:%S")
    logging.getLogger("orders").setLevel(logging.INFO)
