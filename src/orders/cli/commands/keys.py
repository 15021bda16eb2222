"""`orders keys`: who may call a server that other machines reach."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from orders.api.authority import Authority
from orders.cli.data_folder import existing
from orders.cli.exits import ExitCode, Stop
from orders.cli.options import DEFAULT_DATA, Data
from orders.cli.terminal import console, plain

if TYPE_CHECKING:
    from orders.local.server.keys import Key, KeyRing

keys = typer.Typer(
    short_help="Make, list and remove the keys of callers.",
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@keys.callback()
def explained(context: typer.Context) -> None:
    """Make, list and remove the keys that callers send to a server which asks for them.

    A shop sends its key in the header x-api-key, an operator in Authorization: Bearer.

    Each may have two at a time: make the second, change to it, remove the first, while the server goes on.
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@keys.command("make")
def make(
    holder: Annotated[
        Literal["shop", "operator"],
        typer.Argument(metavar="shop|operator", help="Whose routes it opens.", show_default=False),
    ],
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose it is; an operator's name stands in orders' histories.")
    ] = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """Make a key and show it: nothing can show it again."""
    from orders.local.server.keys import TooManyKeys, id_of
    from orders.order.history import PARTS_OF_THE_SYSTEM

    name = name or holder
    if not 1 <= len(name) <= 64 or not name.isprintable():
        raise Stop("A name has 1 to 64 printable characters.", ExitCode.USAGE)
    if holder == "operator" and name in PARTS_OF_THE_SYSTEM:
        raise Stop(f"{name} is what a part of this system is called in histories. Choose another name.", ExitCode.USAGE)
    try:
        secret = _ring(data).make(Authority(holder), name)
    except TooManyKeys as error:
        raise Stop(str(error), ExitCode.REFUSED) from None
    console(stderr=True).print(f"Key {id_of(secret)} of {plain(name)}, for the server in {data}:", soft_wrap=True)
    typer.echo(secret)


@keys.command("list")
def list_keys(data: Data = DEFAULT_DATA) -> None:
    """List the keys there are, without showing them."""
    found = _ring(data).all()
    for key in found:
        console().print(_line(key), soft_wrap=True)
    if not found:
        console().print("No keys. A server that asks for keys makes the first ones when it starts.", soft_wrap=True)


@keys.command("remove")
def remove(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="As `orders keys list` shows it.", show_default=False)],
    data: Data = DEFAULT_DATA,
) -> None:
    """Remove a key. The server refuses it from now on."""
    if not _ring(data).remove(key_id):
        raise Stop("There is no such key. `orders keys list` shows those there are.", ExitCode.REFUSED)
    console().print(f"Key {plain(key_id)} opens nothing any more.")


def _ring(data: Data) -> "KeyRing":
    """Of a folder that is there: keys in another one would open nothing, and nobody would know why."""
    from orders.local.folder.folder import FolderError
    from orders.local.server import audit
    from orders.local.server.keys import KeyRing

    folder = existing(data)
    ring = KeyRing(folder.keys)
    try:
        audit.keep_in(folder.audit)
        ring.all()
    except FolderError as error:
        raise Stop(str(error), ExitCode.REFUSED) from None
    return ring


def _line(key: "Key") -> str:
    return f"{key.id}  {key.kind:<8}  {plain(key.name):<16}  made {key.made_at[:19].replace('T', ' ')} UTC"
