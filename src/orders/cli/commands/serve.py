"""`orders serve`: runs the server of the local edition."""

import contextlib
import logging
import os
import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from orders.api.authority import Authority
from orders.cli.exits import ExitCode, Stop
from orders.cli.options import DEFAULT_DATA, DEFAULT_URL, Data
from orders.cli.terminal import complain, console, plain, table_of
from orders.local import logs

log = logging.getLogger(__name__)

_NO_PAGE = "not built. `make run` builds it with Node.js. The API works without it"


def _port(number: int) -> int:
    """Not a range in the option: the help would give it the column of the other options' values."""
    if not 0 <= number <= 65_535:
        raise typer.BadParameter("it must be a number from 0 to 65535")
    return number


def serve(
    host: Annotated[
        str, typer.Option(envvar="ORDERS_HOST", metavar="ADDRESS", help="The address to listen on.")
    ] = "127.0.0.1",
    port: Annotated[
        int,
        typer.Option(
            envvar="ORDERS_PORT",
            metavar="NUMBER",
            callback=_port,
            help="The port to listen on. 0 takes any free port.",
        ),
    ] = 8000,
    data: Data = DEFAULT_DATA,
    ask_for_keys: Annotated[
        bool,
        typer.Option(
            "--ask-for-keys",
            envvar="ORDERS_ASK_FOR_KEYS",
            metavar="",
            help="Require keys on loopback, too, as behind a proxy.",
        ),
    ] = False,
    accept_missing_orders: Annotated[
        bool,
        typer.Option(
            "--accept-missing-orders",
            metavar="",
            help="Start although the database has lost orders.",
        ),
    ] = False,
    webhook_hosts: Annotated[
        str,
        typer.Option(
            "--webhook-hosts",
            envvar="ORDERS_WEBHOOK_HOSTS",
            metavar="NAMES",
            help="Private hosts that webhooks may reach, separated by commas.",
            show_default=False,
        ),
    ] = "",
    log_format: Annotated[
        logs.Format,
        typer.Option("--log-format", envvar="ORDERS_LOG_FORMAT", metavar="FORMAT", help="The log: text or json."),
    ] = logs.Format.TEXT,
) -> None:
    """Run the server on this machine. All data is in one folder.

    If other machines can reach the address, callers need keys: see `orders keys`.

    The first start makes them and shows them once, or writes them to first-keys.txt in the data folder.

    It makes none if ORDERS_SHOP_KEY_FILE and ORDERS_OPERATOR_KEY_FILE name files with keys.
    """
    from orders.local.folder.folder import FolderError
    from orders.local.server import server

    logs.use(log_format)
    logs.show_logs()
    os.environ["ORDERS_WEBHOOK_HOSTS"] = webhook_hosts
    settings = server.Settings(host, port, data, ask_for_keys, accept_missing_orders)
    try:
        server.serve(settings, lambda address, keys: _welcome(address, data, keys, settings.asks_for_keys))
    except server.CannotServe as refusal:
        raise _refused(*refusal.faults) from None
    except FolderError as error:
        raise _refused(str(error)) from None


def _refused(*faults: str) -> Exception:
    """Tell each fault in a line, and end the command. Where the log is JSON, these lines are, too."""
    if logs.chosen() is logs.Format.JSON:
        for fault in faults:
            log.error("%s", fault)
        return typer.Exit(ExitCode.REFUSED)
    for fault in faults[:-1]:
        complain(fault)
    return Stop(faults[-1], ExitCode.REFUSED)


def _command() -> str:
    """How to call this program from the same shell."""
    if shutil.which("orders"):
        return "orders"
    return sys.argv[0] if Path(sys.argv[0]).name == "orders" else "python -m orders"


def _welcome(address: str, data: Path, keys: Mapping[Authority, str], asks: bool) -> None:
    is_json = logs.chosen() is logs.Format.JSON
    shown = keys if sys.stdout.isatty() and not is_json else {}
    about_keys = [Text(), _shown_once(keys) if shown else _into_a_file(keys, data)] if keys else []
    if is_json:
        log.info("serving at %s", address)
        return
    facts = table_of(_facts(address, data, shown.get(Authority.SHOP, "...") if asks else None))
    title = Text.assemble(("orders", "bold green"), " is serving at ", (address, "bold"))
    with contextlib.suppress(OSError):  # the reader may be gone
        console().print(Text("\n").join([title, Text(), facts, *about_keys, Text()]), soft_wrap=True)
        sys.stdout.flush()


def _facts(address: str, data: Path, shop_key: str | None) -> list[tuple[str, str]]:
    """Where everything is, and how to try it. A server that requires no keys has no `shop_key`."""
    from orders.local.folder.folder import DataFolder
    from orders.local.mail import chosen as mail_service
    from orders.local.server.page import is_built

    from_here = re.sub(r"//(0\.0\.0\.0|\[::\])", "//127.0.0.1", address)
    there = "" if from_here == DEFAULT_URL else f" --url {from_here}"
    key = f"ORDERS_API_KEY={shop_key} " if shop_key else ""
    facts = [
        ("data", plain(str(data.absolute()))),
        ("mail", plain(mail_service.destination(DataFolder(data)))),
        ("page", f"{from_here}/" if is_built() else _NO_PAGE),
        ("docs", f"{from_here}/docs"),
        ("try", f"{key}{_command()} submit --name Alice{there}"),
    ]
    if shop_key:
        facts.insert(4, ("keys", f"required: {_command()} keys list --data {plain(str(data))}"))
    if sys.stdout.isatty():  # otherwise a service manager stops it
        facts.append(("stop", "Ctrl-C"))
    return facts


def _shown_once(keys: Mapping[Authority, str]) -> Text:
    lines = [Text("These keys are shown only once. Give them to the callers:", "yellow")]
    return Text("\n").join([*lines, table_of([(str(holder), secret) for holder, secret in keys.items()])])


def _into_a_file(keys: Mapping[Authority, str], data: Path) -> Text:
    """Keep the keys out of the journal or file that collects this output."""
    from orders.local import files
    from orders.local.folder.folder import DataFolder

    path = DataFolder(data).first_keys
    text = "".join(f"{holder} {secret}\n" for holder, secret in keys.items())
    files.replace(path, text.encode(), path.parent)
    where = plain(str(path.absolute()))
    return Text(f"The first keys are in {where}, which only you can read. Copy them, then delete the file.", "yellow")
