"""Texts as the page can print them: letters that a font has, words that find a place to break, lines that run one way.

PDF/A wants every letter drawn, and the typesetter refuses a page with one that no font has. So such a letter prints as
a replacement, which is seen, and the receipt is made; the order itself, attached to it, keeps the letter.
"""

import re
import unicodedata
from itertools import pairwise
from pathlib import Path

REPLACEMENT = "\ufffd"

_COVERAGE = Path(__file__).with_name("fonts").joinpath("coverage.bin").read_bytes()
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u206f\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0001-\U000e007f\U000e0100-\U000e01ef]"
)
"""Default_Ignorable_Code_Point (UAX 44) but for those that PDF/A forbids: no font has to have them."""

_TURNS_THE_LINE_AROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_FORBIDDEN = frozenset("\0\r\ufeff\ufffc")

_BREAKS_ANYWHERE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uffef\U0001f000-\U0001faff"
)
_WORD = re.compile(f"[^\\s\u200b{_BREAKS_ANYWHERE}]+")
_WIDEST = re.compile("(?<=[\ufdfa-\ufdfd])")  # ligatures of whole sentences
_LETTERS_A_PIECE = 6
_KEEPS_BEFORE = re.compile("[\u200c\u200d\u2060\ufe00-\ufe0f\U000e0020-\U000e007f\U000e0100-\U000e01ef]")
_JOINING = re.compile("[\u0620-\u06d5\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c7]")


def printable(text: str) -> str:
    """A text with a visible replacement for what can't be printed, and nothing that turns lines around."""
    return text if text.isascii() and text.isprintable() else text.translate(_PRINTED)


def breakable(text: str, longest: int) -> str:
    """The printable text, with places to break in words of more letters than that; they show only where a line ends."""
    text = printable(text)
    if len(text) > longest:
        text = _WORD.sub(lambda word: _in_pieces(word[0]) if len(word[0]) > longest else word[0], text)
    return _WIDEST.sub("\u200b", text)


class _Printed(dict[int, str]):
    """What each code point prints as, for `str.translate`; asked once for each that a font has."""

    def __missing__(self, point: int) -> str:
        printed = _printed(chr(point))
        if printed != REPLACEMENT:
            self[point] = printed
        return printed


_PRINTED = _Printed()


def _printed(letter: str) -> str:
    if letter in _TURNS_THE_LINE_AROUND:
        return ""
    if letter == "\n" or _INVISIBLE.match(letter):
        return letter
    if letter in _FORBIDDEN or unicodedata.category(letter) in {"Cc", "Co", "Cs"} or not _is_covered(ord(letter)):
        return REPLACEMENT
    return letter


def _is_covered(point: int) -> bool:
    return point // 8 < len(_COVERAGE) and bool(_COVERAGE[point // 8] >> point % 8 & 1)


def _in_pieces(word: str) -> str:
    """The word with a zero-width space every few letters, never inside what is drawn as one."""
    pieces, length = [word[0]], 1
    for before, letter in pairwise(word):
        if length >= _LETTERS_A_PIECE and not _belong_together(before, letter):
            pieces.append("\u200d\u200b\u200d" if _JOINING.match(before) and _JOINING.match(letter) else "\u200b")
            length = 0
        pieces.append(letter)
        length += 1
    return "".join(pieces)


def _belong_together(before: str, letter: str) -> bool:
    """Whether two letters are drawn as one: a letter and its mark, a conjunct, what a joiner joins."""
    return bool(
        unicodedata.category(letter)[0] == "M"
        or _KEEPS_BEFORE.match(letter)
        or before == "\u200d"
        or unicodedata.combining(before) == 9  # virama
    )
