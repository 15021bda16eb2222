"""Reads the lines and charges of a refund as a person types them: `2`, `2:1` or `2=5.00`."""

import re
from typing import Any

from orders.cli.submitting.terms import NUMBER, Form, Misread

LINE = Form("--line", "N[:QUANTITY] or N=AMOUNT", "2:1")
CHARGE = Form("--charge", "N[=AMOUNT]", "1=2.50")
_POSITION, _NUMBER = re.compile("[1-9][0-9]{0,8}", re.ASCII), re.compile(NUMBER, re.ASCII)


def line(text: str) -> dict[str, Any]:
    """All that remains of a line item, a quantity of it, or an amount.

    Raises:
        Stop: the text has another form. So for all functions here.
    """
    try:
        if ":" in text:
            position, _, quantity = text.partition(":")
            return {"item": _position(position), "quantity": _number(quantity, "quantity")}
        return _part(text, "item")
    except Misread as why:
        raise LINE.refusal(text, why) from None


def charge(text: str) -> dict[str, Any]:
    """All that remains of a charge, or an amount of it."""
    try:
        return _part(text, "charge")
    except Misread as why:
        raise CHARGE.refusal(text, why) from None


def _part(text: str, name: str) -> dict[str, Any]:
    position, equals, amount = text.partition("=")
    return {name: _position(position)} | ({"amount": _number(amount, "amount")} if equals else {})


def _position(text: str) -> int:
    if not _POSITION.fullmatch(text.strip()):
        raise Misread("the position is a whole number, and the first on the receipt is 1.")
    return int(text)


def _number(text: str, what: str) -> str:
    if not _NUMBER.fullmatch(text.strip()):
        raise Misread(f"the {what} is a number such as 2 or 5.00, with a point before its decimals.")
    return text.strip()
