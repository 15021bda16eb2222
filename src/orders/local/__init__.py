"""The local edition: the same functions on one machine, on SQLite, a folder and a queue in memory."""

from pathlib import Path

from orders.ports import Outside
from orders.ports.events import EventPorts, Sender


def connect(data: Path) -> Outside:
    """The outside world that lives in a data folder."""
    from orders.local.stack import stack_in  # commands that write files need no database

    return stack_in(data.absolute()).outside


def connect_events(data: Path, sender: Sender) -> EventPorts:
    """The event feed and the webhooks that live in a data folder."""
    from orders.local.stack import stack_in

    return stack_in(data.absolute()).events(sender)
