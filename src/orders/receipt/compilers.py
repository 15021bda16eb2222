"""Compilers that have only the fonts that a receipt needs: most receipts need one, and all of them have 28 MB."""

import os
import queue
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import typst

from orders.receipt import typefaces

_ROOT = Path(Path(__file__).anchor)  # a shop's logo may lie anywhere

COMPILERS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
"""How many receipts are made at once. A compiler keeps a core busy, so more of them would only take turns."""

_ALWAYS_READY = (typefaces.LATIN,)
_MOST_BYTES = 16_000_000
"""Of font files in one place, beside the Latin ones. A single receipt may need more."""


class _Place:
    """A compiler for each set of fonts that was needed lately, for one receipt at a time."""

    def __init__(self) -> None:
        self._compilers: dict[tuple[str, ...], typst.Compiler] = {}

    def compiler(self, families: tuple[str, ...]) -> typst.Compiler:
        compiler = self._compilers.pop(families, None) or _new(families)
        self._compilers[families] = compiler  # the latest is the last
        self._forget_the_oldest()
        return compiler

    def _forget_the_oldest(self) -> None:
        others = [each for each in self._compilers if each != _ALWAYS_READY]
        left = sum(map(_size, others))
        for each in others[:-1]:
            if left > _MOST_BYTES:
                del self._compilers[each]
                left -= _size(each)


def _size(families: tuple[str, ...]) -> int:
    return sum(typefaces.size(family) for family in families if family != typefaces.LATIN)


def _new(families: tuple[str, ...]) -> typst.Compiler:
    """Only fonts that travel with the package, so that every machine prints the same. It takes a millisecond."""
    folders = [typefaces.folder(family) for family in families]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
    return typst.Compiler(root=_ROOT, font_paths=fonts)


_places: queue.LifoQueue[_Place] = queue.LifoQueue()
for _ in range(COMPILERS):
    _places.put(_Place())


@contextmanager
def compiler(families: Sequence[str]) -> Iterator[typst.Compiler]:
    """A compiler with these fonts that nobody else uses meanwhile: two threads on one raise `Already borrowed`."""
    place = _places.get()
    healthy = _Place()
    try:
        yield place.compiler(tuple(families))
        healthy = place
    finally:
        _places.put(healthy)  # after an error the next one starts afresh
