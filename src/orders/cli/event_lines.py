"""Prints events of the feed, one line for each."""

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from orders.cli.terminal import local_time, plain
from orders.order.document import Kind, row_id

_STYLES = {
    "completed": "green", "corrected": "green", "sent": "green", "delivered": "green", "failed": "bold red",
    "bounced": "bold red", "complained": "bold red", "not_sent": "bold red", "unknown": "yellow", "cancelled": "dim",
}  # fmt: skip
_GAP = "  "
WIDTH_OF_TYPES = 19
"""The length of the longest type."""
_INDENT = 16


def line_of(event: Mapping[str, Any], width: int) -> Text:
    """Time, type, id and order. An order's id that does not fit into the width has a line of its own."""
    type_ = plain(event["type"])
    line = Text.assemble(
        (f"{local_time(event['timestamp']):%m-%d %H:%M:%S}", "dim"), _GAP,
        (f"{type_:<{WIDTH_OF_TYPES}}", _STYLES.get(type_.partition(".")[2], "")), _GAP, (plain(event["id"]), "dim"),
    )  # fmt: skip
    about = Text(_subject(event.get("data", {})))
    if not about:
        return line
    fits = line.cell_len + len(_GAP) + about.cell_len <= width
    return Text.assemble(line, _GAP if fits else f"\n{'':{_INDENT}}", about)


def _subject(data: Mapping[str, Any]) -> str:
    """The id of the order, or of the document that follows it, and the recipient of an e-mail if it is the copy's."""
    order_id, document, mail = data.get("orderId"), data.get("document"), data.get("mail")
    if order_id is None:
        return ""
    subject = row_id(order_id, Kind(document["kind"]), document["id"]) if document else order_id
    return plain(f"{subject} (copy)" if mail and mail["to"] == "copy" else subject)
