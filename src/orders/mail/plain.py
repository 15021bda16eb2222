"""Texts of others as one line each, whatever an old or a damaged row holds."""

import unicodedata

from orders.order.text import TURNS_THE_LINE_AROUND

_REPLACEMENT = "\ufffd"
_NOT_IN_A_LINE = frozenset({"Cc", "Cs", "Zl", "Zp"})


def line(text: str) -> str:
    """The text on one line, and never blank.

    What can't stand in a line (control characters, line breaks, lone surrogates) is replaced by a sign that is seen;
    what turns lines around is left out.
    """
    return "".join(map(_kept, text)).strip() or _REPLACEMENT


def _kept(letter: str) -> str:
    if letter in TURNS_THE_LINE_AROUND:
        return ""
    if letter == "\t":
        return " "
    if unicodedata.category(letter) in _NOT_IN_A_LINE:
        return _REPLACEMENT
    return letter
