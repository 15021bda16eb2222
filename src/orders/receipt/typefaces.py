"""The fonts that travel with the package: which of them has which letter."""

import json
import zlib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("fonts")

_first_line, _, _rest = FOLDER.joinpath("coverage.bin").read_bytes().partition(b"\n")
_HEAD = json.loads(_first_line)
_SETS = zlib.decompress(_rest)

FAMILIES: tuple[str, ...] = tuple(_HEAD["families"])
"""Every family, in the order of the bits in a set of fonts."""
_FONTS_OF_A_SET: tuple[int, ...] = tuple(_HEAD["sets"])


def having(point: int) -> int:
    """The set of fonts that have this code point: bit n is `FAMILIES[n]`. 0 is none.

    `deploy/cut_fonts.py` writes the table: one byte for each code point, the number of its set.
    """
    return _FONTS_OF_A_SET[_SETS[point]] if point < len(_SETS) else 0


@cache
def bit(family: str) -> int:
    """The set that holds this family alone."""
    return 1 << FAMILIES.index(family)
