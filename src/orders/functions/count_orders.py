"""From the table's stream: count the orders that moved."""

from collections.abc import Mapping
from typing import Any

from orders.edition import connect_counts

count = connect_counts()


def handler(event: Mapping[str, Any], _context: object) -> None:
    """A batch that could not be counted is delivered again, and later batches wait for it."""
    count(event["Records"])
