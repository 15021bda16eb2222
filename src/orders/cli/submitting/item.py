"""Reads a line item as a person types it, and writes it in the same form: `Flour x 0.250 kg @ 2.40 - 10% + 7%`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from orders.cli.submitting import terms
from orders.cli.submitting.terms import NUMBER, Form, Misread, Term

FORM = Form("--item", "NAME x QUANTITY [UNIT] @ PRICE [- DISCOUNT[%]] [+ TAX%]", "Flour x 0.250 kg @ 2.40 - 10% + 7%")
_WORD = r"(?![x×]\s)[^\W\d_][^\s@]*"  # noqa: RUF001
_UNIT = rf"{_WORD}(?:\s{_WORD})?"
_ITEM = re.compile(
    rf"(?P<name>.+?)\s+[x×]\s*(?P<quantity>-?{NUMBER})(?:\s*(?P<unit>{_UNIT}))?\s*@(?P<amounts>[^@]*)"  # noqa: RUF001
)
_A_QUANTITY = re.compile(r"\s[x×]\s*(-?[0-9][^\s@]*)")  # noqa: RUF001


def parse(text: str) -> dict[str, Any]:
    """The item as the API takes it. The server checks its limits.

    Raises:
        Stop: the text has another form.
    """
    try:
        return _parsed(text.strip())
    except Misread as why:
        raise FORM.refusal(text, why) from None


def written(item: Mapping[str, Any]) -> tuple[str, str]:
    """An item of the API in the short form: its name, and what comes after it."""
    unit = f" {item['unit']}" if item.get("unit") else ""
    amounts = " ".join([item["unitPrice"], *_discount_of(item), *_taxes_of(item)])
    return item["name"], f" x {item['quantity']}{unit} @ {amounts}"


def _parsed(text: str) -> dict[str, Any]:
    match = _ITEM.fullmatch(text)
    if not match:
        raise Misread(_what_is_missing(text))
    price, *changes = terms.read(match["amounts"])
    discounts, taxes = _in_order(changes)
    item = {
        "name": match["name"],
        "quantity": _quantity(match["quantity"]),
        "unit": match["unit"],
        "unitPrice": terms.amount(price, "the price"),
        "discount": _discount(discounts),
    }
    return {field: value for field, value in item.items() if value is not None} | terms.tax(taxes)


def _quantity(text: str) -> int | str:
    """Whole numbers as numbers, which servers of every version accept."""
    return int(text) if len(text) < 10 and text.isdecimal() else text


def _in_order(changes: Sequence[Term]) -> tuple[list[Term], list[Term]]:
    """The discounts and the taxes; taxes are charged on what the discount leaves."""
    signs = [term.sign for term in changes]
    if signs != sorted(signs, key="-+".index):
        raise Misread("the discount comes before the tax.")
    return [term for term in changes if term.sign == "-"], [term for term in changes if term.sign == "+"]


def _discount(discounts: Sequence[Term]) -> dict[str, str] | None:
    if len(discounts) > 1:
        raise Misread("an item has at most one discount.")
    for term in discounts:
        reduced = {"percent" if term.is_percent else "amount": term.number}
        return reduced | {"name": term.name} if term.name else reduced
    return None


def _what_is_missing(text: str) -> str:
    quantity = _A_QUANTITY.search(text)
    if not quantity:
        return "the quantity is missing: a number after an x." if "@" in text else "quantity and price are missing."
    if "@" not in text:
        return "the price is missing: a number after an @."
    if "," in quantity[1]:
        return "decimals have a point, as in 0.25, and thousands have no separator."
    return "the quantity is a number such as 2 or 0.25, and its unit, if it has one, a word such as kg."


def _discount_of(item: Mapping[str, Any]) -> Iterator[str]:
    if discount := item.get("discount"):
        reduced = f"{discount['percent']}%" if discount.get("percent") else discount["amount"]
        yield f"- {reduced}{_named(discount.get('name'))}"


def _taxes_of(item: Mapping[str, Any]) -> Iterator[str]:
    if item.get("taxRate"):
        yield f"+ {item['taxRate']}%{_named(item.get('taxName'))}"
    for tax in item.get("taxes", ()):
        yield f"+ {tax['rate']}%{_named(tax['name'])}"


def _named(name: str | None) -> str:
    return f" {name}" if name else ""
