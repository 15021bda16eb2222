"""Whether a mail may greet its reader by the name in the order.

Whoever can post orders chooses the name and the address, and so could have the shop's own mail say anything to anyone:
"Hello, your account is locked, see evil.example". What reads as an address or a message is not taken for a name.
"""

import re
import unicodedata

LONGEST_NAME = 60
"""Characters."""
_MOST_DIGITS = 4
"""In all: a telephone number has more."""
_THIN_OR_BLANK = frozenset("\u115f\u1160\u2006\u2008\u2009\u200a\u202f\u205f\u2800\u3164\uffa0\U0001d159")
"""Letters, signs and blanks of which the eye sees nothing, or hardly anything."""
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Mc", "Me", "Mn", "Sk"})
"""Categories of signs that are not seen, or that only change a letter."""
_IN_ASCII = {"Pd": "-", "Pe": ")", "Pf": "'", "Pi": "'", "Ps": "("}
_DOTS = str.maketrans(dict.fromkeys("\u0589\u06d4\u0701\u0702\u1362\u3002\ua4f8", "."))
"""Full stops of other scripts. Browsers take the ideographic one for a dot (UTS 46)."""

_PUNCTUATION = r"\s!-/:-@\[-`{-~"
_MIDDLE_DOT = "[\u00b7\u0387\u2022\u2027\u2219\u22c5\u2e31\u2e33\u30fb\ua78f]"
_DOT_IN_WORDS = r"(?<![^\W_])(?:dot|point|ponto|punkt|punto)(?![^\W_])"
_MANY_USE = "biz|com|icu|info|net|org|xyz"
_OF_A_COUNTRY = "br|cc|cn|co|de|eu|fr|in|io|it|jp|me|nl|pl|ru|su|tk|tv|uk|us"
_ADDRESS = re.compile(
    rf"""
    @ | http | hxxp | \bwww | [/\\]{{2}}
    | \S:\S | ::  # another scheme, as in tel:+1900; an IPv6 address
    | \.[^\d{_PUNCTUATION}][^{_PUNCTUATION}]  # evil.example; J.Smith looks like it
    | (?:\.|{_MIDDLE_DOT}|[^\w\s!-~]|{_DOT_IN_WORDS})[^\w&]*_*(?:{_MANY_USE})(?![^\W_])  # evil dot com, evil(.)com
    | (?:{_MIDDLE_DOT}|[^\W_][\W_]+{_DOT_IN_WORDS}[\W_]+)(?:{_OF_A_COUNTRY})(?=[\s/]|$)
    | [(<|*]\s*(?:[.,]|at|dot)\s*[)>|*]  # bob (at) evil
    | \d+(?:\.\d+){{3}} | \b0x[0-9a-f]
    """,
    re.VERBOSE,
)
"""What mail programs make links of, and what people read as an address; in the form that `_seen` gives."""


def is_name(text: str) -> bool:
    """Whether the text is at most 60 characters long, and does not read as an address or a telephone number."""
    if len(text) > LONGEST_NAME:
        return False
    seen = _seen(text)
    return not _ADDRESS.search(seen) and sum(letter.isdigit() for letter in seen) <= _MOST_DIGITS


def has_address(text: str) -> bool:
    """Whether the text has what mail programs make a link of, or what people read as an address."""
    return bool(_ADDRESS.search(_seen(text)))


def _seen(text: str) -> str:
    """What is seen: Unicode's compatible form in small letters, without accents, dots and brackets in ASCII."""
    bare = unicodedata.normalize("NFKC", _without_the_unseen(text))
    return "".join(map(_sign, _without_the_unseen(bare))).translate(_DOTS).casefold()


def _without_the_unseen(text: str) -> str:
    return "".join(
        letter for letter in text if unicodedata.category(letter) not in _UNSEEN and letter not in _THIN_OR_BLANK
    )


def _sign(letter: str) -> str:
    return _IN_ASCII.get(unicodedata.category(letter), letter)
