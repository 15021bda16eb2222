"""Finds card numbers in texts, so that none is ever stored."""

import re
from collections.abc import Iterator
from itertools import chain

_A_CARD_NUMBER = re.compile(r"\d{12}")
_GROUPS_OF_DIGITS = re.compile(r"\d(?:[\s\u2010-\u2015-]?\d){12,18}")
_AS_ON_A_CARD = re.compile(r"(?<!\d)(?=(\d{4}(?:[\W_]\d{4}){3}|\d{4}[\W_]\d{6}[\W_]\d{5})(?!\d))")
"""Whatever is between the groups, and whichever groups come before and after them, as the date of its expiry."""


def may_have_one(text: str) -> bool:
    """Whether it has twelve digits in a row, of any script, or groups of digits with the check digit of a card."""
    return bool(_A_CARD_NUMBER.search(text)) or any(map(_has_check_digit, _grouped(text)))


def _grouped(text: str) -> Iterator[str]:
    """The digits that may be a card's number."""
    for found in chain(_GROUPS_OF_DIGITS.findall(text), _AS_ON_A_CARD.findall(text)):
        yield re.sub(r"\D", "", found)


def _has_check_digit(digits: str) -> bool:
    """Luhn's algorithm (ISO/IEC 7812-1)."""
    doubled = [int(digit) for digit in reversed(digits)]
    doubled[1::2] = [sum(divmod(2 * digit, 10)) for digit in doubled[1::2]]
    return sum(doubled) % 10 == 0
