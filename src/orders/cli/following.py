"""Posts a refund or a correction until the server answers. It is safe to post one again: it has its id."""

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.text import Text

from orders.cli.client import Client, path_of
from orders.cli.exits import NotNow, Stop
from orders.cli.reply import TRY_AGAIN, Reply, understood
from orders.cli.terminal import console, plain, table_of, write_json
from orders.order import ids
from orders.order.clock import utc_now

_PAUSES = (0.5, 1.0, 2.0, 4.0)
"""Seconds between one attempt and the next."""


@dataclass(frozen=True, slots=True)
class Following:
    """The differences between refunds and corrections: the names of ids and links, and of the document for people."""

    name: str
    id: str
    link: str
    paper: str

    @property
    def folder(self) -> str:
        return f"{self.name}s"


REFUND = Following("refund", "refundId", "creditNoteUrl", "credit note")
CORRECTION = Following("correction", "correctionId", "receiptUrl", "receipt")


def new_id() -> str:
    """An id that sorts by time, as the server makes them."""
    return ids.time_ordered(utc_now(), secrets.token_bytes(10))


def post(kind: Following, client: Client, order_id: str, document: Mapping[str, Any]) -> Reply:
    """The answer to a refund or correction that was accepted, now or before.

    Raises:
        Stop: it was refused; or nobody knows whether it was accepted, and the message says how to repeat the command.
    """
    path = path_of(f"/operations/orders/{{}}/{kind.folder}", order_id)
    try:
        reply = _answered(client, path, json.dumps(document).encode())
    except NotNow as trouble:
        if not client.was_answered:
            raise
        raise Stop(
            f"{trouble} Perhaps it was accepted. Repeat the command with --id {document[kind.id]}: the server accepts"
            f" this {kind.name} only once.",
            trouble.code,
        ) from None
    if reply.status != 202:
        raise reply.refusal()
    return reply


def show(kind: Following, reply: Reply, as_json: bool) -> None:
    """Print what was accepted, and the link to the document that will be made."""
    accepted = reply.document()
    if as_json:
        write_json(accepted)
        return
    with understood():
        row_id = f"{accepted['orderId']}/{kind.folder}/{accepted[kind.id]}"
        facts = [(kind.name, plain(row_id)), (kind.paper, plain(accepted[kind.link]))]
    console().print(Text("Accepted before." if reply.is_replay else "Accepted.", style="bold green"))
    console().print(table_of(facts), soft_wrap=True)


def _answered(client: Client, path: str, body: bytes) -> Reply:
    """Nothing is repeated if no server ever answered."""
    for pause in _PAUSES:
        try:
            return _attempt(client, path, body)
        except NotNow as trouble:
            if not client.was_answered:
                raise
            time.sleep(trouble.retry_after or pause)
    return _attempt(client, path, body)


def _attempt(client: Client, path: str, body: bytes) -> Reply:
    reply = client.send_document(path, body)
    if reply.status in TRY_AGAIN:
        raise reply.refusal()
    return reply
