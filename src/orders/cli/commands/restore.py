"""`orders restore`: makes a data folder of a backup."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orders.cli.backups import Endpoint, counted, explained, shown_progress
from orders.cli.terminal import complain, console, plain

if TYPE_CHECKING:
    from orders.local.backup.restoring import Restored

_NAMED = 3


def restore(
    place: Annotated[
        str,
        typer.Argument(
            metavar="BACKUP",
            help="A backup, or a folder or s3://bucket/prefix with several: then the newest is restored.",
            show_default=False,
        ),
    ],
    data: Annotated[Path, typer.Option("--data", metavar="FOLDER", help="A new or empty folder.", show_default=False)],
    keys: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The file that `orders backup --keys` wrote.")
    ] = None,
    endpoint_url: Endpoint = None,
) -> None:
    """Restore a backup into a new data folder.

    Each file is compared with its SHA-256. If the command is interrupted, run it again.

    Without --keys, the server makes new keys, and existing download URLs stop working.

    The server holds e-mails that may have been sent since the backup.
    """
    from orders.local.backup import key_file, places, restoring

    with explained(str(data)), shown_progress() as progress:
        kept = key_file.read(keys) if keys else {}
        with places.source_at(place, endpoint_url) as source:
            made_at = source.manifest.made_at
            restored = restoring.restore(source, data, kept, progress)
    _tell(restored, data)
    console().print(f"The backup is from {made_at.astimezone():%Y-%m-%d %H:%M:%S %Z}: later orders are not in it.")


def _tell(restored: "Restored", data: Path) -> None:
    what = f"{counted(restored.orders, 'order')}, {counted(restored.files, 'file')}"
    console().print(f"Restored {what}, to {plain(str(data))}.", soft_wrap=True)
    if damaged := restored.damaged:
        are = "file is" if len(damaged) == 1 else "files are"
        complain(
            f"{len(damaged):,} {are} missing or altered in the backup and not restored: {', '.join(damaged[:_NAMED])}."
            " The server makes lost receipts again if it can; other files stay lost."
        )
