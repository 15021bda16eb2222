"""Texts of others as one line each, whatever an old or a damaged row holds."""

import unicodedata

from orders.mail import greeting
from orders.order.text import TURNS_THE_LINE_AROUND

_REPLACEMENT = "\ufffd"
_NO_LINK = "\u200c"
"""It is invisible, and mail programs see no address in the text around it."""
_IN_LINKS = str.maketrans({sign: sign + _NO_LINK for sign in ".:/@\\"})
_NOT_IN_A_LINE = frozenset({"Cc", "Cs", "Zl", "Zp"})


def line(text: str) -> str:
    """The text on one line, and never blank.

    What can't stand in a line (control characters, line breaks, lone surrogates) is replaced by a sign that is seen;
    what turns lines around is left out.
    """
    return "".join(map(_kept, text)).strip() or _REPLACEMENT


def unlinked(text: str) -> str:
    """The text on one line, in a form that mail programs make no link of. Without an address, it stays as it is."""
    kept = line(text)
    return kept.translate(_IN_LINKS) if greeting.has_address(kept) else kept


def _kept(letter: str) -> str:
    if letter in TURNS_THE_LINE_AROUND:
        return ""
    if letter == "\t":
        return " "
    if unicodedata.category(letter) in _NOT_IN_A_LINE:
        return _REPLACEMENT
    return letter
