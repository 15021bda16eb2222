"""Rows of a version to come: what it may write into a record that this version does not know."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from orders.order.canonical import fingerprint
from orders.order.order import SCHEMA_VERSION

Record = Mapping[str, Any]
Novelty = Callable[[Record], Record]
"""From a record of this version to one of the next."""


def a_field_of_the_order(record: Record) -> Record:
    return _with_body(record, json.loads(record["body"]) | {"giftWrap": True})


def a_field_of_an_item(record: Record) -> Record:
    order = json.loads(record["body"])
    item = {"name": "Gift card", "quantity": 1, "unitPrice": "25.00", "weight": "2 g"}
    return _with_body(record, order | {"currency": "EUR", "items": [*order.get("items", ()), item]})


def a_schema_version(record: Record) -> Record:
    return {**record, "schemaVersion": SCHEMA_VERSION + 1}


def a_state(record: Record) -> Record:
    return {**record, "status": "ON_HOLD"}


def more_in_the_history(record: Record) -> Record:
    entries = [[*entry, "from a phone"] for entry in json.loads(record["history"])]
    return {**record, "history": json.dumps(entries)}


def a_field_of_the_receipt(record: Record) -> Record:
    receipt = {"key": "receipts/12345.pdf", "sha256": "ab" * 32, "size": 3, "version": None, "pages": 1}
    return {**record, "receipt": json.dumps(receipt)}


def a_field_of_the_mail(record: Record) -> Record:
    return {**record, "mail": json.dumps(_mail(record) | {"channel": "SMS"})}


def a_state_of_the_mail(record: Record) -> Record:
    return {**record, "mail": json.dumps(_mail(record) | {"status": "OPENED"})}


def an_attribute(record: Record) -> Record:
    return {**record, "priority": 1}


def an_attribute_of_another_kind(record: Record) -> Record:
    return {**record, "total": True}


EVERYWHERE: tuple[Novelty, ...] = (
    a_field_of_the_order, a_field_of_an_item, a_schema_version, a_state, more_in_the_history, a_field_of_the_receipt,
    a_field_of_the_mail, a_state_of_the_mail,
)  # fmt: skip
IN_ITEMS: tuple[Novelty, ...] = (an_attribute, an_attribute_of_another_kind)
"""SQLite's columns say by the file's format that there are more of them; an item of DynamoDB may have any attribute."""


def _with_body(record: Record, order: Mapping[str, Any]) -> Record:
    body = json.dumps(order, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return {**record, "body": body, "fingerprint": fingerprint(body)}


def _mail(record: Record) -> dict[str, Any]:
    if record.get("mail"):
        mail: dict[str, Any] = json.loads(record["mail"])
        return mail
    at = record["receivedAt"]
    return {
        "status": "WAITING", "since": at, "at": at, "number": 1, "attempts": 0, "claim": None, "messageId": None,
        "reason": None,
    }  # fmt: skip
