"""`orders check`: checks that a data folder is complete and unchanged."""

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from orders.cli import progress
from orders.cli.data_folder import with_orders
from orders.cli.exits import ExitCode, Stop
from orders.cli.options import DEFAULT_DATA, Data
from orders.cli.terminal import console, plain

if TYPE_CHECKING:
    from orders.local.folder.inspection import Fault, Part

_NAME, _CONTENT = 20, 14


def check(data: Data = DEFAULT_DATA) -> None:
    """Check a data folder: the database, every order and every receipt.

    The check changes no order and no receipt. The server may keep running.

    The exit code is 1 if something is missing or damaged.
    """
    import sqlite3

    from orders.local.folder import inspection

    folder, faults = with_orders(data), 0
    try:
        with progress.shown(*progress.MEASURED) as update:
            parts = inspection.inspect(
                folder, lambda what, done, total: update(description=what, completed=done, total=total or None)
            )
            for part in parts:
                _show(part)
                faults += len(part.faults)
    except sqlite3.Error as error:
        raise Stop(f"The check of {data} had to stop ({error}).", ExitCode.REFUSED) from None
    if faults:
        raise Stop("Some data is missing or damaged.", ExitCode.REFUSED)
    console().print("Nothing is missing or damaged.", style="green")


def _show(part: "Part") -> None:
    verdict = ("wrong", "bold red") if part.faults else ("ok", "green")
    console().print(Text.assemble(f"{part.name:<{_NAME}}{part.content:>{_CONTENT}}  ", verdict), soft_wrap=True)
    for fault in part.faults:
        console().print(Padding(_told(fault), (0, 0, 0, 2), expand=False))


def _told(fault: "Fault") -> Text:
    """How many, which ones, and what to do."""
    more = f" and {fault.count - len(fault.named):,} more" if fault.count > len(fault.named) else ""
    what = f"{fault.count:,} {fault.what}: {', '.join(fault.named)}{more}." if fault.count else fault.what
    return Text.assemble((plain(what), "red"), f" {fault.advice}" if fault.advice else "")
