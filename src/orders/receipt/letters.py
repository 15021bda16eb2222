"""Texts as the page can print them: letters that a font has, words that find a place to break, lines that run one way.

PDF/A wants every letter drawn, and the typesetter refuses a page with one that no font has. So such a letter prints as
a replacement, which is seen, and the receipt is made; the order itself, attached to it, keeps the letter.
"""

import re
import unicodedata
from itertools import pairwise

from orders.order.order import Order
from orders.order.text import TURNS_THE_LINE_AROUND
from orders.receipt import scripts
from orders.receipt.clusters import INVISIBLE, REPLACEMENT, drawable
from orders.receipt.typefaces import having
from orders.shop import credited

_FORBIDDEN = frozenset("\0\r\ufeff\ufffc")

_EMOJI = "\U0001f000-\U0001f0ff\U0001f1e6-\U0001f39f\U0001f400-\U0001f49f\U0001f54a-\U0001faff"
_TONES = "\U0001f3fb-\U0001f3ff"
_ALONE = (
    "\u3042\u3044\u3046\u3048\u304a-\u3062\u3064-\u3082\u3084\u3086\u3088-\u308d\u308f-\u3094\u30a2\u30a4\u30a6\u30a8"
    "\u30aa-\u30c2\u30c4-\u30e2\u30e4\u30e6\u30e8-\u30ed\u30ef-\u30f4\u3105-\u312f\u3131-\u318e\u3400-\u9fff"
    f"\uac00-\ud7a3\uf900-\ufaff\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff71-\uff9d\U00020000-\U0003ffff{_EMOJI}"
)
"""Letters of which any two may stand on two lines: ideographs, kana that are not small, hangul, emoji (UAX 14)."""

_BREAK = re.compile(
    f"(?<=[{_ALONE}{_TONES}])(?=[{_ALONE}])"
    "|(?<=[\u0e30-\u0e3a\u0e45\u0e47-\u0e4e])(?=[\u0e01-\u0e2e\u0e40-\u0e44])"  # about where a word of Thai may end
)
_WORD = re.compile("[^\t\n \u1680\u2000-\u2006\u2008-\u200b\u2028\u2029\u205f\u3000]+")
_AFTER_A_NO_BREAK_SPACE = re.compile("(?<=[\u00a0\u2007\u202f])")
_CHAIN = re.compile(f"(?:[\u2190-\u3299{_EMOJI}][\ufe0f{_TONES}]*\u200d){{5,}}")  # no picture is of so many
_NEEDLESS_JOINERS = re.compile("(?<=[\\0-\u08ff\u0e00-\u0fff\u1e00-\u1fff\u3040-\ud7ff])\u200d+(?=.)")
_WIDEST = re.compile("(?<=[\ufdfa-\ufdfd])")  # ligatures of whole sentences
_LETTERS_A_PIECE, _MOST_LETTERS_A_PIECE = 6, 20
SHAPED_TOGETHER = re.compile(
    "[\u0590-\u1cff\u2d80-\u2ddf\ua8e0-\uabff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00011fff\U0001e100-\U0001e95f]"
)
"""Scripts whose letters change with their neighbours: each place to break costs the typesetter 0.1 ms or more."""
_SHAPED_A_PIECE, _MOST_SHAPED_A_PIECE = 20, 40
_STACK = re.compile(r"[^\w\s!-~]{9,}")
_MARKS_A_LETTER = 8
_KEEPS_BEFORE = re.compile(f"[\u200c\u200d\u2060\ufe00-\ufe0f{_TONES}\U000e0020-\U000e007f\U000e0100-\U000e01ef]")
_JOINING = re.compile(
    "[\u0620-\u06d5\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c7"
    "\u0710-\u072f\u074d-\u074f\u07ca-\u07ea\u0840-\u0858\u1820-\u18aa\U00010d00-\U00010d23\U0001e900-\U0001e943]"
)
"""Letters of Arabic, then of Syriac, N'Ko, Mandaic, Mongolian, Hanifi Rohingya and Adlam."""


def printable(text: str) -> str:
    """A text with a visible replacement for what can't be printed, and nothing that turns lines around."""
    if text.isascii() and text.isprintable():
        return text
    return drawable(_STACK.sub(_lowered, text.translate(_PRINTED)))


def is_printable(text: str) -> bool:
    """Whether a font has each letter."""
    return printable(text) == text


def replaced(order: Order) -> int:
    """How many letters of a row print as a replacement, as no font has them."""
    if order.body.isascii() and (order.document_text or "").isascii():
        return 0
    text = scripts.written(order.posted) + credited.texts(order)
    return text.translate(_PRINTED).count(REPLACEMENT) - text.count(REPLACEMENT)


def breakable(text: str, longest: int) -> str:
    """The printable text, with places to break in words of more letters than that; they show only where a line ends."""
    return with_breaks(printable(text), longest)


def with_breaks(text: str, longest: int) -> str:
    """As `breakable`, of a text that is printable."""
    if len(text) > longest:
        text = _WORD.sub(lambda word: _broken(word[0], longest) if len(word[0]) > longest else word[0], text)
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
    if letter in TURNS_THE_LINE_AROUND:
        return ""
    if letter == "\n" or INVISIBLE.match(letter):
        return letter
    if letter in _FORBIDDEN or unicodedata.category(letter) in {"Cc", "Co", "Cs"} or not having(ord(letter)):
        return REPLACEMENT
    return letter


def _lowered(stack: re.Match[str]) -> str:
    """With the first few marks of each letter: more of them would be drawn over other lines, or leave the page."""
    kept, marks = [], 0
    for letter in stack[0]:
        if unicodedata.category(letter) in {"Mn", "Me"}:
            marks += 1
        elif not INVISIBLE.match(letter):
            marks = 0
        if marks <= _MARKS_A_LETTER:
            kept.append(letter)
    return "".join(kept)


def _broken(word: str, longest: int) -> str:
    """The word with places to break in each part that has none of its own and is longer than that.

    After no-break spaces first, where it has any: some programs put them everywhere.
    """
    return "".join(_in_words(part, longest) if len(part) > longest else part for part in _BREAK.split(word))


def _in_words(part: str, longest: int) -> str:
    part = _NEEDLESS_JOINERS.sub("", _CHAIN.sub(lambda chain: chain[0].replace("\u200d", "\u200b"), part))
    words = _AFTER_A_NO_BREAK_SPACE.split(part)
    return "\u200b".join(_in_pieces(word) if len(word) > longest else word for word in words)


def _in_pieces(word: str) -> str:
    """The word with a zero-width space every few letters, not inside what is drawn as one unless that has no end."""
    pieces, length = [word[0]], 1
    fewest, most = _LETTERS_A_PIECE, _MOST_LETTERS_A_PIECE
    if SHAPED_TOGETHER.search(word):
        fewest, most = _SHAPED_A_PIECE, _MOST_SHAPED_A_PIECE
    for before, letter in pairwise(word):
        if length >= most or (length >= fewest and not _belong_together(before, letter)):
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
