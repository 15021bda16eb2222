"""The number and dates of a document, and the sentence that names the receipt it credits or replaces."""

import re
from collections.abc import Iterator
from typing import Any

from orders.order.clock import from_iso
from orders.order.order import Order
from orders.receipt import advances
from orders.receipt.letters import is_printable
from orders.receipt.writing import Writing
from orders.shop import reference as sentence
from orders.shop import title
from orders.shop.language import Language
from orders.shop.shop import Shop

_A_NUMBER, _ON_ROLLS = 64, {"80mm": 22, "58mm": 18}
"""So many of the widest letters fit."""
_ROOM = 9
"""For a number between its label and the buyer, in the size of the letters."""
_LABEL_SIZE, _BOLD, _SLACK, _A_GUTTER, _BESIDE_ONE, _BESIDE_MORE = 0.8, 1.15, 0.1, 0.9, 24, 19.5
"""The table of facts, in the size of the letters: beside one party it has 85 mm, beside more of them 70 mm."""
_LATIN = re.compile("[ -~\u00a0-\u024f\u2019\u202f]*")
"""Also a blank of the times in English, and the apostrophe."""
Fact = dict[str, Any]


def number(order: Order, writing: Writing) -> str | None:
    """The document's own number, if it has one."""
    return writing.breakable(order.issue.text, _A_NUMBER) if order.issue else None


def order_number(order: Order, writing: Writing) -> str:
    number = order.posted.order_number
    return writing.breakable(number, _A_NUMBER) if number else title.order_id_of(order)


def facts(order: Order, shop: Shop, speech: Language, writing: Writing) -> list[Fact]:
    """Each with its label. Empty for a receipt without a number, which has the order's number and date alone."""
    issued_at = title.issued_at(order)
    if issued_at is None:
        return []
    issued = _fact(speech.words["issued"], speech.day(issued_at, shop.zone, is_printable))
    longest = _ON_ROLLS.get(shop.paper, _A_NUMBER)
    own = writing.breakable(order.issue.text, longest) if order.issue else None
    of_order = writing.breakable(title.number_of(order), longest)
    return [
        *([_fact(speech.words[title.number_label_of(order, shop)], own, is_number=True)] if own else []),
        issued,
        *_refunded_at(order, shop, speech),
        _fact(speech.words["order"], of_order, is_number=True),
        _date_of_order(order, shop, speech),
    ]


def are_wide(facts: list[Fact]) -> bool:
    """Whether a number needs a row of its own."""
    return any(each["isNumber"] and advances.of(each["value"]) > _ROOM for each in facts)


def label_width(facts: list[Fact], parties: int) -> float | None:
    """The width of the labels, in the size of the letters, if each fact surely needs one row of text beside its label.

    The page sets these rows without measuring them first, which would take a twentieth of the time of a small receipt.
    """
    if not facts or not all(_LATIN.fullmatch(each["label"] + each["value"]) for each in facts):
        return None
    width = _SLACK + _LABEL_SIZE * max(advances.of(each["label"]) for each in facts)
    values = max((_BOLD if each["isNumber"] else 1) * advances.of(each["value"]) for each in facts)
    room = _BESIDE_ONE if parties == 1 else _BESIDE_MORE
    return round(width, 3) if width + _A_GUTTER + values < room else None


def reference(order: Order, shop: Shop, speech: Language, writing: Writing) -> str | None:
    """As in `Replaces R2026-000017 of November 25, 2026.`, or `None` for a receipt."""
    document = order.document
    if document is None:
        return None
    day = speech.day(document.refers_to.at, shop.zone, is_printable)
    named = writing.breakable(document.refers_to.number, _A_NUMBER)
    return sentence.written(order, document, shop, speech, named, day)


def _refunded_at(order: Order, shop: Shop, speech: Language) -> Iterator[Fact]:
    at = order.document.posted.get("refundedAt") if order.document else None
    if at:
        yield _fact(speech.words["refunded_at"], speech.instant(from_iso(at), shop.zone, is_printable))


def _date_of_order(order: Order, shop: Shop, speech: Language) -> Fact:
    word, at = title.date_of(order)
    return _fact(speech.words[word], speech.instant(at, shop.zone, is_printable))


def _fact(label: str, value: str, *, is_number: bool = False) -> Fact:
    return {"label": label, "value": value, "isNumber": is_number}
