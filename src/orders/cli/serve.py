"""`orders serve`: the local edition."""

import contextlib
import os
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from orders.cli.exits import ExitCode, Stop
from orders.cli.options import DEFAULT_DATA, DEFAULT_URL, Data
from orders.cli.terminal import console, plain, table_of


def serve(
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Where to listen; beyond loopback only with ORDERS_API_KEY set.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, metavar="NUMBER", help="0 is any free one.")] = 8000,
    data: Data = DEFAULT_DATA,
) -> None:
    """Serve on this machine, with everything in one folder.

    Where ORDERS_API_KEY is set, callers must send it in the header x-api-key.
    """
    from orders.local import server
    from orders.local.folder import FolderError
    from orders.local.logs import show_logs

    show_logs()
    settings = server.Settings(host, port, data, os.environ.get("ORDERS_API_KEY") or None)
    try:
        server.serve(settings, lambda address: _welcome(address, data))
    except (server.CannotServe, FolderError) as error:
        raise Stop(str(error), ExitCode.REFUSED) from None


def _command() -> str:
    """How to call this program from where it was called."""
    if shutil.which("orders"):
        return "orders"
    return sys.argv[0] if Path(sys.argv[0]).name == "orders" else "python -m orders"


def _welcome(address: str, data: Path) -> None:
    there = "" if address == DEFAULT_URL else f" --url {address}"
    message = Text("\n").join(
        [
            Text.assemble(("orders", "bold green"), " is serving at ", (address, "bold")),
            Text(),
            table_of(
                [
                    ("data", plain(str(data.absolute()))),
                    ("try", f"{_command()} submit --name Alice{there}"),
                    ("stop", "Ctrl-C stops"),
                ]
            ),
            Text(),
        ]
    )
    with contextlib.suppress(OSError):  # nobody may be reading any more
        console().print(message, soft_wrap=True)
        sys.stdout.flush()
