"""One order, submitted."""

import json
from typing import Any

from orders.cli.client import connect
from orders.cli.submitting import patience
from orders.cli.terminal import console, plain, table_of, write_json


def submit(order: dict[str, Any], url: str, as_json: bool) -> None:
    """Send it and show its id and the link to its receipt.

    Raises:
        Stop: it was not accepted.
    """
    reply = patience.send(connect(url), json.dumps(order).encode())
    if reply.status != 202:
        raise reply.refusal()
    accepted = reply.document()
    if as_json:
        write_json(accepted)
        return
    console().print("Accepted before." if reply.is_replay else "Accepted.", style="bold green")
    orders = [("order", plain(accepted["orderId"])), ("receipt", plain(accepted["receiptUrl"]))]
    console().print(table_of(orders), soft_wrap=True)
