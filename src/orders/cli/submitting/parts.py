"""Reads discounts, charges, payments and metadata of an order as a person types them."""

import re
from collections.abc import Sequence
from typing import Any

from orders.cli.submitting import terms
from orders.cli.submitting.terms import NUMBER, Form, Misread
from orders.order.parts import CHARGES, METHODS

DISCOUNT = Form("--discount", "NAME - AMOUNT[%] [+ TAX%]", "Voucher - 10%")
CHARGE = Form("--charge", "KIND [NAME] @ AMOUNT [+ TAX%]", "shipping Parcel @ 4.90 + 19%")
PAYMENT = Form("--payment", "METHOD [LABEL] [LAST4] @ AMOUNT", "card Visa 4242 @ 50.00")
PAID_BACK = Form("--paid", "METHOD [LABEL] [LAST4]:AMOUNT", "card 4242:24.99")
METADATA = Form("--metadata", "NAME=VALUE", "channel=web")
_DISCOUNT = re.compile(rf"(?P<name>.+)\s+-\s*(?P<number>{NUMBER})\s*(?P<percent>%)?(?:\s*\+\s*(?P<rate>{NUMBER})\s*%)?")
_LAST_FOUR = re.compile(r"(?:(.*)\s)?([0-9]{4})", re.ASCII)


def discount(text: str) -> dict[str, Any]:
    """A reduction of the whole order.

    Raises:
        Stop: the text has another form. So for all functions here.
    """
    match = _DISCOUNT.fullmatch(text.strip())
    if not match:
        raise DISCOUNT.refusal(text, "a discount has a name, and an amount or a percentage after a minus sign.")
    reduced = {"name": match["name"], "percent" if match["percent"] else "amount": match["number"]}
    return reduced | {"taxRate": match["rate"]} if match["rate"] else reduced


def charge(text: str) -> dict[str, Any]:
    """Shipping, a fee, a tip or a deposit. Without a name, its kind is its name."""
    try:
        kind, name, amounts = _before_the_amount(text, "a charge", CHARGES)
        amount, *taxes = terms.read(amounts)
        if any(term.sign == "-" for term in taxes):
            raise Misread("a charge has no discount.")
        charged = terms.amount(amount, "the amount")
        return {"kind": kind, "name": name or kind.capitalize(), "amount": charged} | terms.tax(taxes)
    except Misread as why:
        raise CHARGE.refusal(text, why) from None


def payment(text: str) -> dict[str, Any]:
    """What the customer has paid; four digits at the end of the label are the card's last ones."""
    try:
        return _payment(text, PAYMENT)
    except Misread as why:
        raise PAYMENT.refusal(text, why) from None


def _payment(text: str, form: Form) -> dict[str, Any]:
    method, label, amounts = _before_the_amount(text, "a payment", METHODS)
    amount, *others = terms.read(amounts)
    if others:
        raise Misread(f"a payment has one amount. Repeat {form.option} for each payment.")
    paid = {"method": method, "amount": terms.amount(amount, "the amount")}
    return paid | _labelled(label, is_card=method == "card")


def paid_back(text: str) -> dict[str, Any]:
    """How money went back, in the same way: the amount is after a colon."""
    paid, colon, amount = text.rpartition(":")
    try:
        if not colon:
            raise Misread("the amount is missing: a number after a colon.")
        return _payment(f"{paid}@{amount}", PAID_BACK)
    except Misread as why:
        raise PAID_BACK.refusal(text, why) from None


def metadata(texts: Sequence[str]) -> dict[str, str]:
    """The values by their names."""
    values = dict[str, str]()
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise METADATA.refusal(text, "a name and a value have an equals sign between them.")
        values[name] = value
    return values


def _before_the_amount(text: str, thing: str, kinds: Sequence[str]) -> tuple[str, str, str]:
    """The first word, which is one of `kinds`; the words after it; and what comes after the last @."""
    words, at, amounts = text.rpartition("@")
    if not at:
        raise Misread("the amount is missing: a number after an @.")
    kind, _, name = words.strip().partition(" ")
    if kind.lower().rstrip(":") not in kinds:
        raise Misread(f"{thing} begins with {', '.join(kinds[:-1])} or {kinds[-1]}.")
    return kind.lower().rstrip(":"), name.strip(), amounts


def _labelled(label: str, *, is_card: bool) -> dict[str, str]:
    last_four = _LAST_FOUR.fullmatch(label) if is_card else None
    fields = {"label": last_four[1], "last4": last_four[2]} if last_four else {"label": label}
    return {field: value for field, value in fields.items() if value}
