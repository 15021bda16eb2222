"""A line item as one types it: `NAME x QUANTITY @ PRICE`, and `+ TAX%` where there is tax."""

import re
from typing import Any

from orders.cli.exits import ExitCode, Stop

_ITEM = re.compile(r"(.+?)\s+[x×]\s*([0-9]{1,9})\s*@\s*([0-9.]+)(?:\s*\+\s*([0-9.]+)\s*%)?\s*")  # noqa: RUF001


def parse(text: str) -> dict[str, Any]:
    """The item as the API takes it. Whether numbers are within its limits is the server's to say.

    Raises:
        Stop: the text is not written like that.
    """
    match = _ITEM.fullmatch(text)
    if not match:
        raise Stop(
            f"--item is written NAME x QUANTITY @ PRICE [+ TAX%], as in 'Mug x 2 @ 12.50 + 20%'; this is not: {text}",
            ExitCode.USAGE,
        )
    name, quantity, price, tax = match.groups()
    item = {"name": name, "quantity": int(quantity), "unitPrice": price}
    return item | {"taxRate": tax} if tax else item
