"""`orders outbox`: lists and shows the e-mails that a server without ORDERS_SMTP keeps in its data folder."""

import email
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from orders.cli.commands import outgoing
from orders.cli.data_folder import with_orders
from orders.cli.exits import ExitCode, Stop
from orders.cli.options import DEFAULT_DATA, Data
from orders.cli.terminal import console, plain, table_of

_HEADERS = ("From", "To", "Subject", "Date")

outbox = typer.Typer(
    short_help="List, show and send the e-mails that wait for a mail server.",
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@outbox.callback()
def listed(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, metavar="NUMBER", help="How many e-mails.")] = 20,
    data: Data = DEFAULT_DATA,
) -> None:
    """List the e-mails in the outbox, the newest first.

    Without ORDERS_SMTP, the server sends no e-mail. It keeps each one as a file in its data folder.

    Mail programs can open these files. `orders outbox send` sends the e-mails later.
    """
    if context.invoked_subcommand is not None:
        return
    found = _messages(data)
    for path in reversed(found[-limit:]):
        console().print(_line(path), soft_wrap=True)
    if not found:
        console().print(f"No e-mails in {data / 'outbox'}.", soft_wrap=True)


outbox.command("send")(outgoing.send)
outbox.command("release")(outgoing.release)
outbox.command("drop")(outgoing.drop)


@outbox.command("show")
def show(
    order_id: Annotated[str, typer.Argument(metavar="ID", help="The order's id.", show_default=False)],
    raw: Annotated[
        bool, typer.Option("--raw", metavar="", help="Print the whole file, with all headers and attachments.")
    ] = False,
    data: Data = DEFAULT_DATA,
) -> None:
    """Show the newest e-mail to the customer about an order, or else the copy."""
    path = _newest(order_id, data)
    if raw:
        sys.stdout.buffer.write(path.read_bytes())
        return
    message = _parsed(path)
    headers = [(name, plain(_header(message, name))) for name in _HEADERS]
    attached = [
        f"{plain(part.get_filename() or part.get_content_type())}, {len(part.get_content()):,} bytes"
        for part in message.iter_attachments()
    ]
    files = [("Attached", ", ".join(attached)), ("File", plain(str(path)))]
    text = message.get_body(("plain",))
    console().print(table_of([*headers, *files]), soft_wrap=True)
    console().print()
    for line in text.get_content().splitlines() if text else ():
        console().print(f"  {plain(line)}", soft_wrap=True)


def _messages(data: Path) -> Sequence[Path]:
    from orders.local.mail.outbox import Outbox

    return Outbox(with_orders(data).outbox).messages()


def _newest(order_id: str, data: Path) -> Path:
    from orders.local.mail.outbox import is_about, is_to_the_customer

    found = sorted((path for path in _messages(data) if is_about(order_id, path)), key=is_to_the_customer)
    if not found:
        raise Stop("There is no e-mail about this order. `orders outbox` lists all e-mails.", ExitCode.REFUSED)
    return found[-1]


def _parsed(path: Path) -> EmailMessage:
    parse: Callable[..., EmailMessage] = email.message_from_bytes
    return parse(path.read_bytes(), policy=default)


def _line(path: Path) -> Text:
    at = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    return Text.assemble(
        (f"{at:%Y-%m-%d %H:%M:%S}  ", "dim"), plain(_header(_parsed(path), "To")), (f"  {plain(path.name)}", "dim")
    )


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message[name] or "")
    except ValueError:  # this program did not write the file
        return "can't be read"
