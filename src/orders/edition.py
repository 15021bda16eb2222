"""Chooses the edition from the environment, once; the only place that does."""

import os
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from orders.ports import Outside


@cache
def connect() -> Outside:
    """The outside world of this process.

    The AWS edition where `ORDERS_TABLE` names a table, as template.yaml has it. Otherwise, and wherever `ORDERS_DATA`
    names a data folder, the local one; its folder is `./data` when nothing is named.
    """
    if _is_on_aws():
        from orders import aws

        return aws.connect()
    from orders import local

    return local.connect(Path(os.environ.get("ORDERS_DATA", "data")))


def connect_counts() -> Callable[[Sequence[Mapping[str, Any]]], None]:
    """What counts the moves in a batch of the table's stream. The local table has no stream: it counts by itself."""
    if _is_on_aws():
        from orders import aws

        return aws.counts().add
    return _nothing_to_count


def _is_on_aws() -> bool:
    return "ORDERS_TABLE" in os.environ and "ORDERS_DATA" not in os.environ


def _nothing_to_count(_records: Sequence[Mapping[str, Any]]) -> NoReturn:
    raise RuntimeError("The local edition counts orders where they move: it has no stream to count from.")
