"""Prints figures in aligned columns, at most 80 letters wide, on stdout, and progress on stderr."""

import argparse
import sys

COLUMNS = 80
FIGURE = 9


def row(name: str, *figures: str, figures_of_widest: int = 4) -> str:
    """A line with a name and its figures. A table leaves as much room for names as its widest line allows."""
    return f"{name:<{COLUMNS - FIGURE * figures_of_widest}}" + "".join(f"{figure:>{FIGURE}}" for figure in figures)


def tell(progress: str) -> None:
    print(f"  {progress} ...", file=sys.stderr, flush=True)


def positive(text: str) -> int:
    """An option's whole number, 1 or more."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number
