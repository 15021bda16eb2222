"""The data folder of a server on this machine, for commands that work in it without the server."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from orders.cli.exits import ExitCode, Stop

if TYPE_CHECKING:
    from orders.local.folder import DataFolder
    from orders.local.stack import Stack


def existing(data: Path) -> "DataFolder":
    """A data folder that is there: a new one would be empty, and nobody would know why.

    Raises:
        Stop: there is none.
    """
    from orders.local.folder import DataFolder

    if not data.is_dir():
        raise Stop(f"There is no data folder {data}. Name the server's with --data.", ExitCode.REFUSED)
    return DataFolder(data)


@contextmanager
def borrowed(data: Path) -> Iterator["Stack"]:
    """What is in the folder; a server may be using it meanwhile.

    Raises:
        Stop: it can't be used.
    """
    from orders.errors import Misconfigured
    from orders.local import stack
    from orders.local.folder import FolderError

    try:
        with stack.borrowed(existing(data)) as opened:
            yield opened
    except (FolderError, Misconfigured) as error:
        raise Stop(str(error), ExitCode.REFUSED) from None
