"""Lists the commands, and runs the one that the command line names."""

import sys
from collections.abc import Callable
from importlib.metadata import version
from typing import Annotated

import typer
from typer.exceptions import TyperException

from orders.cli.commands.audit import audit
from orders.cli.commands.backup import backup
from orders.cli.commands.check import check
from orders.cli.commands.correct import correct
from orders.cli.commands.documents import documents
from orders.cli.commands.events import events
from orders.cli.commands.invoke import invoke
from orders.cli.commands.keys import keys
from orders.cli.commands.listing import list_orders
from orders.cli.commands.operate import cancel, resend, retry
from orders.cli.commands.outbox import outbox
from orders.cli.commands.receipt import receipts
from orders.cli.commands.refund import refund
from orders.cli.commands.register import register
from orders.cli.commands.restore import restore
from orders.cli.commands.serve import serve
from orders.cli.commands.status import status
from orders.cli.commands.submit import submit
from orders.cli.commands.verify import verify
from orders.cli.commands.webhooks import webhooks
from orders.cli.exits import EXPLAINED, ExitCode, Stop
from orders.cli.terminal import complain

app = typer.Typer(
    name="orders",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
_COMMANDS: dict[str, Callable[..., None]] = {
    "serve": serve,
    "submit": submit,
    "list": list_orders,
    "status": status,
    "verify": verify,
    "retry": retry,
    "cancel": cancel,
    "resend": resend,
    "refund": refund,
    "correct": correct,
    "documents": documents,
    "register": register,
    "events": events,
    "audit": audit,
    "check": check,
    "backup": backup,
    "restore": restore,
    "invoke": invoke,
}
for name, command in _COMMANDS.items():
    app.command(name)(command)
app.add_typer(receipts, name="receipt")
app.add_typer(outbox, name="outbox")
app.add_typer(webhooks, name="webhooks")
app.add_typer(keys, name="keys")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"orders {version('orders')}")
        raise typer.Exit


@app.callback(invoke_without_command=True, epilog=EXPLAINED)
def orders(
    context: typer.Context,
    _version: Annotated[
        bool,
        typer.Option("--version", metavar="", callback=_show_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """Run the server, submit orders, and get their receipts."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def run(arguments: list[str]) -> int:
    """Run a command line. Returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr] # a name may not fit the terminal's encoding
    try:
        return int(typer.main.get_command(app).main(arguments, prog_name="orders", standalone_mode=False) or 0)
    except TyperException as error:
        complain(_misuse(error))
        return ExitCode.USAGE
    except Stop as stop:
        complain(str(stop))
        return stop.code
    except BrokenPipeError:
        raise
    except OSError as error:
        complain(f"{error.filename or 'The operating system'}: {error.strerror or error}.")
        return ExitCode.REFUSED


_IN_OUR_WORDS = (
    ("Input should be a valid integer, unable to parse string as an integer", "it must be a whole number"),
    ("Input should be a valid number, unable to parse string as a number", "it must be a number"),
    ("Input should be a valid boolean, unable to interpret input", "it must be yes or no"),
    ("Input should be greater than or equal to", "it must be at least"),
    ("Value error, ", ""),
)
"""What the library says about a wrong value, for programmers, and what we say."""


def _misuse(error: TyperException) -> str:
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "orders"
    message = error.format_message().rstrip(".")
    for theirs, ours in _IN_OUR_WORDS:
        message = message.replace(theirs, ours)
    return f"{message}{'' if message.endswith('?') else '.'} See {command} --help."
