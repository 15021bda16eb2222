"""Chooses the edition from the environment, once; the only place that does."""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from orders import outbound
from orders.ports import Outside, PublicApi
from orders.ports.events import EventPorts


@cache
def connect() -> Outside:
    """The outside world of this process.

    It is the AWS edition if `ORDERS_TABLE` names a table, as in template.yaml. Otherwise, and always if `ORDERS_DATA`
    names a data folder, it is the local edition. Its folder is `./data` by default.
    """
    if _is_on_aws():
        from orders import aws

        return aws.connect()
    from orders import local

    return local.connect(Path(os.environ.get("ORDERS_DATA", "data")))


@cache
def connect_events() -> EventPorts:
    """The event feed and the webhooks of this process, in the same edition as `connect`."""
    if _is_on_aws():
        from orders import aws

        return aws.connect_events(outbound.sender())
    from orders import local

    return local.connect_events(Path(os.environ.get("ORDERS_DATA", "data")), outbound.sender())


def connect_counts() -> Callable[[Sequence[Mapping[str, Any]]], None]:
    """The function that counts the moves in a batch of the table's stream. The local table counts without a stream."""
    if _is_on_aws():
        from orders import aws

        return aws.counts().add
    return _nothing_to_count


def connect_recorder() -> Callable[[Sequence[Mapping[str, Any]]], int]:
    """The function that appends the events of a batch of the table's stream to the feed. It returns how many they are.

    The local table writes its events itself.
    """
    if _is_on_aws():
        from orders import aws

        return aws.recorder().record
    return _nothing_to_record


def has_webhook_queue() -> bool:
    """Whether this function sends messages about webhooks. On one machine, their worker looks for work by itself."""
    return _is_on_aws() and "ORDERS_EVENTS" in os.environ and "ORDERS_WEBHOOK_QUEUE" in os.environ


def connect_public_api(url: str, key_id: str) -> PublicApi:
    """The API at this address, called with the API key that has this id. One machine has no canary to call it."""
    from orders import aws

    return aws.PublicApi(url, key_id)


def side_by_side() -> Callable[[Callable[[str], object], Sequence[str], float], Sequence[Future[object]]] | None:
    """How this edition works on the records of a batch, if there is a better way than threads.

    On one machine their writes are shared, and threads would only change places on its processors.
    """
    if _is_on_aws():
        return None
    from orders.local import batches

    return batches.run


def _is_on_aws() -> bool:
    return "ORDERS_TABLE" in os.environ and "ORDERS_DATA" not in os.environ


def _nothing_to_count(_records: Sequence[Mapping[str, Any]]) -> NoReturn:
    raise RuntimeError("The local edition counts orders in its database and has no stream for CountOrders.")


def _nothing_to_record(_records: Sequence[Mapping[str, Any]]) -> NoReturn:
    raise RuntimeError("The local edition writes events in its database and has no stream for RecordEvents.")
