"""The local edition: the same functions on one machine, on SQLite, a folder and a queue in memory."""

from pathlib import Path

from orders.ports import Outside


def connect(data: Path) -> Outside:
    """The outside world that lives in a data folder."""
    from orders.local.stack import stack_in  # commands that write files need no database

    return stack_in(data.absolute()).outside
