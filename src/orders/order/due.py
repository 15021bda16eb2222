"""Orders that wait: what for, since when, and when the sweep should send a message for them."""

import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Self

from orders.order.clock import from_iso

log = logging.getLogger(__name__)

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Task(StrEnum):
    """The work that an order may wait for: its receipt, or the e-mails about it. Each has a queue of its own."""

    RECEIPT = "receipt"
    MAIL = "mail"

    @property
    def due_field(self) -> str:
        """The field of an order's record that says when it is due. It is empty while nothing waits."""
        return {Task.RECEIPT: "dueAt", Task.MAIL: "mailDueAt"}[self]

    @property
    def since_field(self) -> str:
        """The field of an order's record that says since when it has waited."""
        return {Task.RECEIPT: "waitingSince", Task.MAIL: "mail"}[self]


@dataclass(frozen=True, slots=True)
class DueOrder:
    """An order for which the sweep should send a message. An e-mail waits since its state last changed."""

    order_id: str
    waiting_since: datetime
    due_at: datetime

    @classmethod
    def all_of(cls, task: Task, kept: Iterable[tuple[str, object, str]]) -> Iterator[Self]:
        """The orders in what a table keeps: id, the task's `since_field` and its `due_field`.

        A damaged row must not hide the others. If `since_field` can't be read, the order counts as one that has waited
        long: a newer version may write it in another way. If `due_field` can't be read, the order is left out.
        """
        for order_id, since, due_at in kept:
            try:
                yield cls(order_id, _since(task, since), from_iso(due_at))
            except ValueError:
                log.error("the row of order %s is damaged: its due time can't be read", order_id)


def _since(task: Task, text: object) -> datetime:
    try:
        return from_iso(_last_change(str(text)) if task is Task.MAIL else str(text))
    except (AttributeError, LookupError, TypeError, ValueError):
        return _LONG_AGO


def _last_change(text: str) -> str:
    """When the e-mail to the customer, or the copy, last changed its state."""
    document = json.loads(text)
    at: str = max(each["at"] for each in (document, document.get("copy", {})) if "at" in each)
    return at
