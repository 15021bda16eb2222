"""Shared by the commands about backups: the progress, what their errors tell, and how they count."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from orders.cli import progress
from orders.cli.exits import ExitCode, Stop

if TYPE_CHECKING:
    from orders.local.folder.inspection import Progress

Endpoint = Annotated[
    str | None,
    typer.Option(
        "--endpoint-url",
        metavar="URL",
        help="For s3://: the address of a storage other than AWS. Otherwise AWS_ENDPOINT_URL.",
        show_default=False,
    ),
]


@contextmanager
def shown_progress() -> Iterator["Progress"]:
    """A bar that shows what is done, and how much of it."""
    with progress.shown(*progress.MEASURED) as update:
        yield lambda what, done, total: update(description=what, completed=done, total=total or None)


def counted(number: int, thing: str) -> str:
    """`1 order`, `2 orders`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


@contextmanager
def explained(written: str) -> Iterator[None]:
    """End the command with what is wrong and what to do. `written` is where it writes, for people.

    Raises:
        Stop: a backup or a data folder can't be used, or the disk is full.
    """
    from orders.local.backup.errors import BackupError
    from orders.local.folder.folder import FolderError
    from orders.local.folder.privacy import NotPrivate

    try:
        yield
    except (BackupError, FolderError, NotPrivate) as error:
        raise Stop(str(error), ExitCode.REFUSED) from None
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise Stop(
            f"The disk of {written} is full. Make room, and run the same command again.", ExitCode.REFUSED
        ) from None
