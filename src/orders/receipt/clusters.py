"""Letters with their marks, in clusters that one font can draw.

The typesetter shapes a letter and its marks as one piece. Where no font has the whole piece it tries every font, and it
does so again for each place where the line might end: a name of 200 stray marks would take a hundred times as long as
one of 200 letters. So a mark without a letter gets a dotted circle, as Unicode recommends (The Unicode Standard, 5.13),
and letters that show nothing come one at a time.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from orders.receipt.typefaces import bit, having

REPLACEMENT = "\ufffd"
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u206f\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0001-\U000e007f\U000e0100-\U000e01ef]"
)
"""Default_Ignorable_Code_Point (UAX 44) but for those that PDF/A forbids: no font has to have them."""

_RUN_OF_INVISIBLES = re.compile(f"{INVISIBLE.pattern}+")
_FLAG = "\U0001f3f4"
_TAGS = re.compile("[\U000e0020-\U000e007e]{1,6}\U000e007f")
"""What spells the region of a flag (UTS 51)."""
_OF_USE = re.compile(
    "(?<=[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])[\U000e0100-\U000e01ef]"  # a variant of an ideograph
    "|(?<=[!-\u00ff\u2010-\u33ff\U0001f000-\U0001faff])[\ufe0e\ufe0f]\u200d?"  # a sign as a picture, or not
    "|(?<=[\u1820-\u18aa])[\u180b-\u180f]"  # a form of a Mongolian letter
    "|[\u00ad\u061c\u200b-\u200f\u2060]"
)
_BASES = "\u25cc\u25ef\u25fb"
"""What a stray mark is drawn on: a dotted circle, or another where the mark's font has none."""
_JOINERS = frozenset("\u034f\u061c\u200c\u200d\u200e\u200f\ufe0e\ufe0f")
_TONES = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
"""Skin tones: the shaper joins them to whatever comes before them."""
_LATIN = bit("Noto Sans")


def drawable(text: str) -> str:
    """The text with a base for each mark that has none, and without needless letters that show nothing."""
    text = _RUN_OF_INVISIBLES.sub(_one_of_use, text)
    return "".join(_with_bases(text)) if any(map(is_mark, set(text))) else text


def _one_of_use(run: re.Match[str]) -> str:
    """Of several in a row, the first that changes how its neighbours are drawn."""
    if run.start() and run.string[run.start() - 1] == _FLAG and (tags := _TAGS.match(run[0])):
        return tags[0]
    found = _OF_USE.search(run.string, run.start(), run.end())
    return found[0] if found else ""


def _with_bases(text: str) -> Iterator[str]:
    fonts = 0  # that have all of the cluster so far; 0 where no mark can join it
    for letter in text:
        if is_mark(letter):
            own = having(ord(letter))
            if not fonts & own:
                base = _base_for(letter)
                yield base
                fonts = having(ord(base))
            fonts &= own
        elif letter not in _JOINERS:
            fonts = _fonts_of_base(letter)
        yield letter


@lru_cache(maxsize=4096)
def is_mark(letter: str) -> bool:
    return letter in _TONES or (unicodedata.category(letter)[0] == "M" and not INVISIBLE.match(letter))


def _fonts_of_base(letter: str) -> int:
    """The fonts in which a mark may follow.

    A line may end before a mark that follows a blank (UAX 14, LB10), so that mark has no base. Fonts of other scripts
    have Latin letters and punctuation, too, but the typesetter draws each script by itself.
    """
    kind, fonts = unicodedata.category(letter)[0], having(ord(letter))
    if kind in "ZC":
        return 0
    if kind == "P" or (kind == "L" and fonts & _LATIN):
        return fonts & _LATIN
    return fonts


def _base_for(mark: str) -> str:
    fonts = having(ord(mark))
    return next((base for base in _BASES if having(ord(base)) & fonts), REPLACEMENT)
