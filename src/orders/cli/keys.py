"""`orders keys`: who may call a server that other machines reach."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from orders.authority import Authority
from orders.cli.exits import ExitCode, Stop
from orders.cli.options import DEFAULT_DATA, Data
from orders.cli.terminal import console, plain

if TYPE_CHECKING:
    from orders.local.keys import Key, KeyRing

keys = typer.Typer(
    short_help="Make, list and remove the keys of callers.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@keys.callback()
def explained() -> None:
    """Make, list and remove the keys that callers send to a server which other machines reach.

    A shop sends its key in the header x-api-key, an operator in Authorization: Bearer. Each may have two at a time:
    make the second, change to it, remove the first. The server need not be started again.
    """


@keys.command("make")
def make(
    holder: Annotated[Literal["shop", "operator"], typer.Argument(help="Whose routes it opens.", show_default=False)],
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose it is; an operator's name stands in orders' histories.")
    ] = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """Make a key and show it: nothing can show it again."""
    from orders.local.keys import TooManyKeys

    name = name or holder
    if not 1 <= len(name) <= 64 or not name.isprintable():
        raise Stop("A name has 1 to 64 printable characters.", ExitCode.USAGE)
    try:
        secret = _ring(data).make(Authority(holder), name)
    except TooManyKeys as error:
        raise Stop(str(error), ExitCode.REFUSED) from None
    typer.echo(secret)


@keys.command("list")
def list_keys(data: Data = DEFAULT_DATA) -> None:
    """List the keys there are, without showing them."""
    found = _ring(data).all()
    for key in found:
        console().print(_line(key), soft_wrap=True)
    if not found:
        console().print("No keys. A server that other machines reach makes the first ones when it starts.")


@keys.command("remove")
def remove(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="As `orders keys list` shows it.", show_default=False)],
    data: Data = DEFAULT_DATA,
) -> None:
    """Remove a key: who sends it is refused from now on."""
    if not _ring(data).remove(key_id):
        raise Stop("There is no such key. `orders keys list` shows those there are.", ExitCode.REFUSED)


def _ring(data: Data) -> "KeyRing":
    from orders.local.folder import DataFolder, FolderError
    from orders.local.keys import KeyRing

    try:
        ring = KeyRing(DataFolder.open(data).keys)
        ring.all()
    except FolderError as error:
        raise Stop(str(error), ExitCode.REFUSED) from None
    return ring


def _line(key: "Key") -> str:
    return f"{key.id}  {key.kind:<8}  {plain(key.name):<16}  made {key.made_at[:16].replace('T', ' ')} UTC"
