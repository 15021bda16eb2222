"""The progress bar of the commands that take a while."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from orders.cli.terminal import console


class _Count(ProgressColumn):
    """How many are done, and of how many where that is known."""

    def render(self, task: Task) -> Text:
        if task.total is None:
            return Text(f"{task.completed:,.0f}" if task.completed else "")
        return Text(f"{task.completed:,.0f} of {task.total:,.0f}")


MEASURED = TextColumn("{task.description}"), BarColumn(24), _Count(), TimeRemainingColumn(compact=True)
"""For long work: what is done, how many of how many, and how long the rest takes. It fits into 80 columns."""


@contextmanager
def shown(*columns: ProgressColumn, total: float | None = None, **fields: Any) -> Iterator[Callable[..., None]]:
    """A bar on stderr with these columns, removed at the end. Without a terminal, nothing is shown.

    Call the function with what has changed: see `rich.progress.Progress.update`.
    """
    screen = console(stderr=True)
    with Progress(*columns, console=screen, disable=not screen.is_terminal, transient=True) as progress:
        yield partial(progress.update, progress.add_task("", total=total, **fields))


@contextmanager
def counting(total: int, things: str) -> Iterator[Callable[[], None]]:
    """A bar that shows how many of the `things` are done. Call the function after each one."""
    with shown(MofNCompleteColumn(), TextColumn(things), BarColumn(), total=total) as update:
        yield partial(update, advance=1)
