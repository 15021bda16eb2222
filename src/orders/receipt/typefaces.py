"""The fonts that travel with the package: which of them has which letter, and where each is."""

import json
import zlib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("fonts")

_first_line, _, _rest = FOLDER.joinpath("coverage.bin").read_bytes().partition(b"\n")
_HEAD = json.loads(_first_line)
_SETS = zlib.decompress(_rest)
_POINTS = len(_SETS) // 2

FAMILIES: tuple[str, ...] = tuple(_HEAD["families"])
"""Every family, in the order of the bits in a set of fonts."""
_FONTS_OF_A_SET: tuple[int, ...] = tuple(int(fonts, 16) for fonts in _HEAD["sets"])


LATIN = "Noto Sans"
"""The font that every receipt needs."""


def having(point: int) -> int:
    """The set of fonts that have this code point: bit n is `FAMILIES[n]`. 0 is none.

    `deploy/cut_fonts.py` writes the table: the number of each code point's set, all low bytes before all high ones.
    """
    return _FONTS_OF_A_SET[_SETS[point] | _SETS[_POINTS + point] << 8] if point < _POINTS else 0


@cache
def bit(family: str) -> int:
    """The set that holds this family alone."""
    return 1 << FAMILIES.index(family)


def folder(family: str) -> Path:
    """The folder that holds this family and nothing else."""
    return FOLDER / str(_HEAD["families"][family])
