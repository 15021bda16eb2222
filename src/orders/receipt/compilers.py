"""Compilers of receipts. Most receipts need the Latin font alone; to look at the others takes 10 ms."""

import os
import queue
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import typst

from orders.receipt import typefaces

_ROOT = Path(Path(__file__).anchor)  # a shop's logo may be anywhere

COMPILERS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
"""How many receipts are made at once. A compiler keeps a core busy, so more of them would only take turns."""


class _Place:
    """Two compilers for one receipt at a time: one that has the Latin fonts alone, and one that has all, if needed."""

    def __init__(self) -> None:
        self._compilers: dict[bool, typst.Compiler] = {}

    def compiler(self, families: Sequence[str]) -> typst.Compiler:
        is_latin = list(families) == [typefaces.LATIN]
        if is_latin not in self._compilers:
            self._compilers[is_latin] = _new(typefaces.folder(typefaces.LATIN) if is_latin else typefaces.FOLDER)
        return self._compilers[is_latin]


def _new(folder: Path) -> typst.Compiler:
    return typst.Compiler(root=_ROOT, font_paths=_fonts(folder))


@cache
def _fonts(folder: Path) -> typst.Fonts:
    """Only fonts that travel with the package, so that every machine prints the same.

    The typesetter reads what each of them has, and keeps one in memory from when its letters first occur.
    """
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


_places: queue.LifoQueue[_Place] = queue.LifoQueue()
for _ in range(COMPILERS):
    _places.put(_Place())


@contextmanager
def compiler(families: Sequence[str]) -> Iterator[typst.Compiler]:
    """A compiler with these fonts that nobody else uses meanwhile: two threads on one raise `Already borrowed`."""
    place = _places.get()
    healthy = _Place()
    try:
        yield place.compiler(families)
        healthy = place
    finally:
        _places.put(healthy)  # after an error the next one starts afresh
