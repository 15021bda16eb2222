"""Chooses the edition from the environment, once; the only place that does."""

import os
from functools import cache
from pathlib import Path

from orders.ports import Outside


@cache
def connect() -> Outside:
    """The outside world of this process.

    The AWS edition where `ORDERS_TABLE` names a table, as template.yaml has it. Otherwise, and wherever `ORDERS_DATA`
    names a data folder, the local one; its folder is `./data` when nothing is named.
    """
    if "ORDERS_TABLE" in os.environ and "ORDERS_DATA" not in os.environ:
        from orders import aws

        return aws.connect()
    from orders import local

    return local.connect(Path(os.environ.get("ORDERS_DATA", "data")))
