"""`orders check`: checks that a data folder, or a backup, is complete and unchanged."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.padding import Padding
from rich.text import Text

from orders.cli.backups import Endpoint, explained, shown_progress
from orders.cli.data_folder import with_orders
from orders.cli.exits import ExitCode, Stop
from orders.cli.options import DEFAULT_DATA, Data
from orders.cli.terminal import console, plain

if TYPE_CHECKING:
    from orders.local.folder.inspection import Fault, Part, Progress

_NAME, _CONTENT = 20, 14


def check(
    backup: Annotated[
        str | None,
        typer.Argument(
            metavar="BACKUP",
            help="A backup, or a place with several: then the newest is checked. Without it, the data folder is.",
            show_default=False,
        ),
    ] = None,
    data: Data = DEFAULT_DATA,
    endpoint_url: Endpoint = None,
) -> None:
    """Check a data folder, or a backup: the database, all orders and receipts.

    The check changes no order and no receipt. The server may keep running.

    The exit code is 1 if something is missing or damaged.
    """
    import sqlite3
    import tempfile

    looked_at, faults = backup or str(data), 0
    try:
        with (
            explained(tempfile.gettempdir()),
            shown_progress() as progress,
            _parts(backup, data, endpoint_url, progress) as parts,
        ):
            for part in parts:
                _show(part)
                faults += len(part.faults)
    except sqlite3.Error as error:
        raise Stop(f"The check of {looked_at} had to stop ({error}).", ExitCode.REFUSED) from None
    if faults:
        raise Stop("Some data is missing or damaged.", ExitCode.REFUSED)
    console().print("Nothing is missing or damaged.", style="green")


@contextmanager
def _parts(
    backup: str | None, data: Path, endpoint_url: str | None, progress: "Progress"
) -> Iterator[Iterator["Part"]]:
    """The parts of the backup or, without one, of the data folder."""
    from orders.local.backup import checking, places
    from orders.local.folder import inspection

    if backup is None or places.is_data_folder(backup):
        yield inspection.inspect(with_orders(Path(backup or data)), progress)
        return
    with places.source_at(backup, endpoint_url) as source:
        console().print(f"Backup {plain(source.where)}", soft_wrap=True)
        yield checking.check(source, progress)


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
