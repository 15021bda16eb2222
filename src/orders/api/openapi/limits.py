"""What JSON Schema can say of the fields of an order that functions check.

Its patterns hold alike in ECMA-262 and in Python, whose regular expressions know no categories of Unicode: they admit
all that is admitted, and a little more that only a category tells apart.
"""

from typing import Any

from orders.order import money

Limits = dict[str, Any]

_CONTROLS = r"\u007f-\u009f\u2028\u2029"
_UNPRINTABLE = rf"\u0000-\u001f{_CONTROLS}"
_UNPRINTABLE_IN_LINES = rf"\u0000-\u0009\u000b-\u001f{_CONTROLS}"
_INVISIBLE = (
    r"\s\u00ad\u0300-\u036f\u115f\u1160\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ue000-\uf8ff\ufeff\uffa0"
)
_MAILBOX = rf"""[^\s@<>()\[\]\\,;:"{_UNPRINTABLE}]"""
_DOMAIN_EXCEPT = rf"\s!-,/:-@\[-`{{-~{_UNPRINTABLE}"


def _visible(length: int, unprintable: str) -> Limits:
    pattern = rf"^[^{unprintable}]*[^{_INVISIBLE}{unprintable}][^{unprintable}]*$"
    return {"minLength": 1, "maxLength": length, "pattern": pattern}


def line(length: int) -> Limits:
    """One line of text that is not blank."""
    return _visible(length, _UNPRINTABLE)


def lines(length: int) -> Limits:
    """Lines of text that are not all blank."""
    return _visible(length, _UNPRINTABLE_IN_LINES)


ORDER_ID: Limits = {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$", "not": {"enum": [".", ".."]}}
EMAIL: Limits = {"pattern": rf"^{_MAILBOX}{{1,64}}@[^{_DOMAIN_EXCEPT}]+\.[^.{_DOMAIN_EXCEPT}]{{2,}}$"}
CURRENCY: Limits = {"enum": [*sorted(money.DECIMALS), None]}
TAX_RATE: Limits = {"pattern": r"^(100(\.0{1,3})?|0?[0-9]{1,2}(\.[0-9]{1,3})?)$"}
