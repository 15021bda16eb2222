"""Texts: how one is normalised, so that each has one spelling, and small functions that several folders share."""

import re
import unicodedata
from collections.abc import Callable

TURNS_THE_LINE_AROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Bidirectional embeddings, overrides and isolates (UAX 9): they turn around what others wrote on the same line."""
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""The categories Cc, Zl, Zp and Cs, which no version of Unicode adds to."""
_LINE_BREAKS = re.compile("[\n\r\x0b\x0c\x85\u2028\u2029]")
_RUNS = re.compile("  +")
_MOST_MARKS = 30
"""In a row (Unicode Standard Annex 15, Stream-Safe Text Format): sorting them takes time that grows with the square."""
_FILLERS = "\u115f\u1160\u2800\u3164\uffa0"  # letters and symbols by category, blank to the eye


def so_many(count: int, thing: str) -> str:
    """`1 mail`, `1,000 mails`."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def one_line(text: str) -> str:
    """The text without blanks at its ends and runs of blanks in it, in Unicode's composed form (NFC).

    Raises:
        ValueError: it has line breaks, control characters, or too many accents on one letter.
    """
    if text.isascii() and text.isprintable():
        return _RUNS.sub(" ", text.strip()) if "  " in text else text.strip()
    if _LINE_BREAKS.search(text):
        raise ValueError("must be one line, without line breaks")
    text = text.replace("\t", " ")
    _refuse_control_characters(text)
    return composed(_RUNS.sub(" ", text).strip())


def several_lines(text: str) -> str:
    """Like `one_line`, but it keeps line breaks, as line feeds, and runs of blanks within a line.

    Raises:
        ValueError: it has control characters, or too many accents on one letter.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    _refuse_control_characters(text.replace("\n", ""))
    return composed("\n".join(line.rstrip() for line in text.split("\n")).strip())


def trimmed(text: str) -> str:
    """Without blanks at its ends."""
    return text.strip(" \t")


def is_blank(text: str) -> bool:
    """Whether nothing of it can be seen."""
    if text.isascii():
        return not text or text.isspace()
    return not any(unicodedata.category(character)[0] in "LNPS" and character not in _FILLERS for character in text)


def composed(text: str) -> str:
    """The text in Unicode's composed form (NFC), so that one name has one spelling.

    Raises:
        ValueError: more than thirty accents follow one another.
    """
    if text.isascii():
        return text
    if _marks_in_a_row(text) > _MOST_MARKS:
        raise ValueError(f"must not have more than {_MOST_MARKS} accents in a row")
    return unicodedata.normalize("NFC", text)


Normalise = Callable[[str], str]


def _refuse_control_characters(text: str) -> None:
    if _UNPRINTABLE.search(text):
        raise ValueError("must not have control characters")


def _marks_in_a_row(text: str) -> int:
    categories = "".join(map(unicodedata.category, text))  # two letters each, the second in lower case
    return max(map(len, re.findall("(?:M[a-z])+", categories)), default=0) // 2
