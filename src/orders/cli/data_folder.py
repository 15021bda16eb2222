"""Opens the data folder of a server on this machine, for the commands that need no server."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from orders.cli.exits import ExitCode, Stop

if TYPE_CHECKING:
    from orders.local.folder.folder import DataFolder
    from orders.local.stack import Stack


def existing(data: Path) -> "DataFolder":
    """The data folder at a path.

    Raises:
        Stop: it does not exist, or can't be used.
    """
    from orders.local.folder.folder import DataFolder, FolderError

    try:
        return DataFolder.existing(data)
    except FolderError as error:
        raise Stop(str(error), ExitCode.REFUSED) from None


def with_orders(data: Path) -> "DataFolder":
    """As `existing`, but only a folder that a server has used. Any other folder stays unchanged.

    Raises:
        Stop: as `existing`, or no server has used the folder.
    """
    from orders.local.folder.folder import DataFolder

    there = DataFolder(data)
    looked = data.is_dir() and os.access(data, os.R_OK | os.X_OK)
    if looked and not there.database.exists() and not there.objects.exists():
        raise Stop(f"There is no orders.db in {data}. Name the server's data folder with --data.", ExitCode.REFUSED)
    return existing(data)


@contextmanager
def borrowed(data: Path) -> Iterator["Stack"]:
    """The table, bucket and queues in the folder. A server may be using it at the same time.

    Raises:
        Stop: the folder can't be used.
    """
    from orders.local import stack
    from orders.local.folder.folder import FolderError
    from orders.order.errors import Misconfigured

    try:
        with stack.borrowed(with_orders(data)) as opened:
            yield opened
    except (FolderError, Misconfigured) as error:
        raise Stop(str(error), ExitCode.REFUSED) from None
