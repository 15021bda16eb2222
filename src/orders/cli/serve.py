"""`orders serve`: the local edition."""

import contextlib
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from orders.authority import Authority
from orders.cli.exits import ExitCode, Stop
from orders.cli.options import DEFAULT_DATA, DEFAULT_URL, Data
from orders.cli.terminal import console, plain, table_of


def serve(
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Where to listen; beyond loopback callers need keys.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, metavar="NUMBER", help="0 is any free one.")] = 8000,
    data: Data = DEFAULT_DATA,
    ask_for_keys: Annotated[
        bool, typer.Option("--ask-for-keys", metavar="", help="On loopback, too, as behind a proxy.")
    ] = False,
) -> None:
    """Serve on this machine, with everything in one folder.

    On an address that other machines reach, the first start makes a key for the shop and one for an operator, and shows
    them once; `orders keys` makes others.
    """
    from orders.local import server
    from orders.local.folder import FolderError
    from orders.local.logs import show_logs

    show_logs()
    settings = server.Settings(host, port, data, ask_for_keys)
    try:
        server.serve(settings, lambda address, keys: _welcome(address, data, keys))
    except (server.CannotServe, FolderError) as error:
        raise Stop(str(error), ExitCode.REFUSED) from None


def _command() -> str:
    """How to call this program from where it was called."""
    if shutil.which("orders"):
        return "orders"
    return sys.argv[0] if Path(sys.argv[0]).name == "orders" else "python -m orders"


def _welcome(address: str, data: Path, keys: Mapping[Authority, str]) -> None:
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
            *([_shown_once(keys), Text()] if keys else []),
        ]
    )
    with contextlib.suppress(OSError):  # nobody may be reading any more
        console().print(message, soft_wrap=True)
        sys.stdout.flush()


def _shown_once(keys: Mapping[Authority, str]) -> Text:
    lines = [Text("Keys, shown this once: keep them. `orders keys` makes others.", "yellow")]
    return Text("\n").join([*lines, table_of([(str(kind), secret) for kind, secret in keys.items()])])
