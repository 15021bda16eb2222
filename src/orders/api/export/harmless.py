"""Text that no spreadsheet runs as a formula.

https://owasp.org/www-community/attacks/CSV_Injection
"""

import re
import unicodedata

_INVISIBLE = {"Cf", "Mn", "Zs"}
_SEPARATOR = re.compile(r"([;\t|\r\n][\s\"']*)")
"""Where the comma separates decimals, spreadsheets take a semicolon for the end of a cell. If they do, a quotation mark
inside a line is an ordinary character, and the line ends where the text has a line break."""
_SEPARATOR_OR_COMMA = re.compile(r"([,;\t|\r\n][\s\"']*)")


def text(text: str, *, commas: bool = False) -> str:
    """The text with an apostrophe before each piece that would be a formula: a spreadsheet shows it unchanged.

    A piece begins where the text does, or after a character that a spreadsheet may take for a separator. `commas` says
    that the comma is one of these, because the cells of the document are separated in another way.
    """
    first, *others = (_SEPARATOR_OR_COMMA if commas else _SEPARATOR).split(text)
    guarded = "".join([_guarded(first), *map(_guarded, others)])
    return f"'{guarded}" if text.startswith(("\t", "\r", "\n")) else guarded


def _guarded(piece: str) -> str:
    return f"'{piece}" if _first_visible(piece) in "=+-@" else piece


def _first_visible(text: str) -> str:
    """In its plainest form: some programs take characters of another width for the same."""
    visible = (character for character in text if unicodedata.category(character) not in _INVISIBLE)
    return unicodedata.normalize("NFKC", next(visible, " "))
