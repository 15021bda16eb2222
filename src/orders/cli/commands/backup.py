"""`orders backup`: copies a data folder while its server runs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orders.cli.backups import Endpoint, counted, explained, shown_progress
from orders.cli.data_folder import with_orders
from orders.cli.exits import ExitCode, Stop
from orders.cli.options import DEFAULT_DATA, Data
from orders.cli.terminal import console, plain

if TYPE_CHECKING:
    from orders.local.backup.making import Made

_NAMED = 3


def backup(
    place: Annotated[
        str,
        typer.Argument(metavar="PLACE", help="A folder, a file, or s3://bucket/prefix.", show_default=False),
    ],
    data: Data = DEFAULT_DATA,
    keep: Annotated[
        int | None,
        typer.Option(min=1, metavar="NUMBER", help="Then remove the oldest backups, until this many are left."),
    ] = None,
    keys: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the keys to this file. The backup does not contain them.")
    ] = None,
    endpoint_url: Endpoint = None,
) -> None:
    """Back up a data folder. The server may keep running.

    Every order that was acknowledged before the command started is in the backup.

    In a folder, each backup has a folder of its own, and a receipt that an earlier one has is not copied again.

    A file whose name ends in .tar, .tar.gz or .tgz is one backup.
    """
    from orders.local.backup import key_file, making, names, places
    from orders.order.clock import utc_now

    if keep and not places.holds_many(place):
        raise Stop("--keep is for a folder or s3:// with several backups, not for a file.", ExitCode.USAGE)
    made_at, folder, removed = utc_now(), with_orders(data), 0
    with explained(_written(place, data)), shown_progress() as progress:
        if keys:
            key_file.write(keys, folder)
        with places.target_at(place, folder, names.of_backup(made_at), endpoint_url) as target:
            made = making.back_up(folder, target, made_at, progress)
            if keep and not made.lost:
                removed = target.keep(keep)
    _tell(made, removed)
    if made.lost:
        raise Stop(_lost(made.lost, data), ExitCode.REFUSED)


def _written(place: str, data: Path) -> str:
    """What goes to S3 is first copied into the data folder."""
    return str(data) if place.startswith("s3://") else place


def _tell(made: "Made", removed: int) -> None:
    manifest, screen = made.manifest, console()
    screen.print(f"Backed up {counted(manifest.orders, 'order')} to {plain(made.where)}.", soft_wrap=True)
    again = f", {made.reused:,} of them from the previous backup" if made.reused else ""
    screen.print(f"Files: {manifest.files:,}{again}.", soft_wrap=True)
    if removed:
        screen.print(f"Removed {counted(removed, 'older backup')}.")


def _lost(lost: list[str], data: Path) -> str:
    are = "receipt is" if len(lost) == 1 else "receipts are"
    return (
        f"The backup was made, and no older one removed. {len(lost):,} {are} missing or altered in {data} and not in"
        f" it: {', '.join(lost[:_NAMED])}. Run `orders check --data {data}`. An older backup may have them."
    )
