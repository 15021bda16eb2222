"""The texts of one receipt, as the page can print them, and the fonts that they need."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from orders.receipt import letters
from orders.receipt.clusters import INVISIBLE, REPLACEMENT, drawable, is_mark
from orders.receipt.scripts import RARE_ARABIC
from orders.receipt.typefaces import bit, having

MOST_WORK = 10_000
"""How much one receipt may ask of the typesetter: 1 for each slow letter, 2 for each run of letters in one font.

A name in two scripts has two runs. An order within this limit takes less than a second to draw; see
`bench/costliest_order.py`.
"""

MOST_WORK_SINCE_VERSION_4 = 20_000
"""An order with anything of schema version 4 has more lines and texts. Less than two seconds."""

LONG_WORK = 4_000
"""A receipt that needs more is drawn where no other one waits for it, without a first try elsewhere."""
_WORK_OF_SHAPING = 0.4
"""For each letter of a script whose letters change with their neighbours."""
_WORK_OF_A_LINE = 0.2
"""For each text, whatever its letters: a description may have hundreds of lines."""

_RUN = re.compile(r"(.)\1*")
_SLOW = "!"
"""The sign of what takes the typesetter long by itself, and of what ends a run: marks of direction, soft hyphens."""
_ENDS_A_RUN = frozenset("\u00ad\u061c\u200e\u200f")
_FILLS_A_LINE = frozenset("\ufdfa\ufdfb\ufdfc\ufdfd")


class Writing:
    """Prepares the texts of one order. `families` are the fonts in the order in which the page tries them."""

    def __init__(self, families: Sequence[str], most_work: float = MOST_WORK) -> None:
        self._signs = _signs(tuple(families))
        self._work_left = most_work
        self.work = 0.0
        """How much the texts so far ask of the typesetter, in the unit of `MOST_WORK`."""

    def printable(self, text: str) -> str:
        """The text with a visible replacement for what can't be printed.

        Once an order needs more than `most_work`, each further text keeps the letters of one font.
        """
        self.work += _WORK_OF_A_LINE
        text = letters.printable(text)
        if text.isascii():
            return text
        signs = text.translate(self._signs)
        runs = _RUN.findall(signs)
        work = 2 * len(runs) + signs.count(_SLOW)
        self._work_left -= work
        self.work += work + _WORK_OF_SHAPING * len(letters.SHAPED_TOGETHER.findall(text))
        return text if self._work_left >= 0 else self._in_one_font(text, Counter(runs))

    def breakable(self, text: str, longest: int) -> str:
        """The printable text, with places to break in words of more letters than that."""
        return letters.with_breaks(self.printable(text), longest)

    def _in_one_font(self, text: str, runs: Counter[str]) -> str:
        del runs[_SLOW]
        font = runs.most_common(1)[0][0] if runs else ""
        return drawable("".join(self._of_font(letter, font) for letter in text))

    def _of_font(self, letter: str, font: str) -> str:
        sign = self._signs[ord(letter)]
        if sign in {"", font}:
            return letter
        return "" if is_mark(letter) or INVISIBLE.match(letter) else REPLACEMENT


def fonts_needed(text: str, families: Sequence[str]) -> list[str]:
    """The fonts that a printable text needs, in the order given. The first is always among them.

    Each font that is not there saves the typesetter a try.
    """
    sets, cluster = set[int](), 0  # of fonts, any of which has a cluster
    for letter in text if any(map(is_mark, set(text))) else set(text):
        own = having(ord(letter))
        cluster = cluster & own if is_mark(letter) else own
        sets.add(cluster)
    first = {next((family for family in families if each & bit(family)), families[0]) for each in sets}
    return [family for family in families if family in first or family == families[0]]


class _Signs(dict[int, str]):
    """A sign for the font that each letter is drawn in. Digits, blanks and punctuation have none: they fit any run."""

    def __init__(self, families: Sequence[str]) -> None:
        self._bits = [bit(family) for family in families]

    def __missing__(self, point: int) -> str:
        self[point] = sign = self._sign(chr(point))
        return sign

    def _sign(self, letter: str) -> str:
        if letter in _ENDS_A_RUN or letter in _FILLS_A_LINE or RARE_ARABIC.match(letter):
            return _SLOW
        fonts = having(ord(letter)) if unicodedata.category(letter)[0] in "LMS" else 0
        return next((chr(0x41 + number) for number, each in enumerate(self._bits) if fonts & each), "")


@lru_cache(maxsize=16)
def _signs(families: tuple[str, ...]) -> _Signs:
    return _Signs(families)
