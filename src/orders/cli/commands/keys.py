"""`orders keys`: makes, lists and removes the keys of callers."""

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
    """Make, list and remove the keys that callers need for a server that other machines can reach.

    A shop sends its key in the header x-api-key. An operator sends it as Authorization: Bearer KEY.

    Each holder may have two keys. To replace one, make another, use it, and remove the old one.

    The server keeps running.
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@keys.command("make")
def make(
    holder: Annotated[
        Literal["shop", "operator"],
        typer.Argument(metavar="shop|operator", help="Who the key is for.", show_default=False),
    ],
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="The holder's name. Histories of orders show an operator's name.")
    ] = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """Make a key and show it. It can't be shown again."""
    from orders.local.server.keys import TooManyKeys, id_of
    from orders.order.history import PARTS_OF_THE_SYSTEM

    name = name or holder
    if not 1 <= len(name) <= 64 or not name.isprintable():
        raise Stop("--name must have 1 to 64 printable characters.", ExitCode.USAGE)
    if holder == "operator" and name in PARTS_OF_THE_SYSTEM:
        raise Stop(
            f"Histories of orders use the name {name} for a part of the system. Choose another name.", ExitCode.USAGE
        )
    try:
        secret = _ring(data).make(Authority(holder), name)
    except TooManyKeys as error:
        raise Stop(str(error), ExitCode.REFUSED) from None
    console(stderr=True).print(f"Key {id_of(secret)} of {plain(name)}, for the server in {data}:", soft_wrap=True)
    typer.echo(secret)


@keys.command("list")
def list_keys(data: Data = DEFAULT_DATA) -> None:
    """List the keys: ids and holders, without the keys themselves.

    Keys in the files that ORDERS_SHOP_KEY_FILE and ORDERS_OPERATOR_KEY_FILE name come first.
    """
    found = _ring(data).all()
    for key in found:
        console().print(_line(key), soft_wrap=True)
    if not found:
        console().print("No keys. A server that requires keys makes the first ones when it starts.", soft_wrap=True)


@keys.command("remove")
def remove(
    key_id: Annotated[
        str, typer.Argument(metavar="ID", help="The key's id, as `orders keys list` shows it.", show_default=False)
    ],
    data: Data = DEFAULT_DATA,
) -> None:
    """Remove a key. The server refuses it from then on."""
    from orders.local.server import key_files

    if key_files.is_from_a_file(key_id):
        raise Stop("This key is from a file: remove its line there, and restart the server.", ExitCode.REFUSED)
    if not _ring(data).remove(key_id):
        raise Stop("There is no such key. `orders keys list` shows all keys.", ExitCode.REFUSED)
    console().print(f"Key {plain(key_id)} is removed.")


def _ring(data: Data) -> "KeyRing":
    """The keys of a folder that exists: no server would read keys in a new folder."""
    from orders.local.folder.folder import FolderError
    from orders.local.server import audit, key_files
    from orders.local.server.keys import KeyRing
    from orders.order.errors import Misconfigured

    folder = existing(data)
    try:
        ring = KeyRing(folder.keys, key_files.keys())
        audit.keep_in(folder.audit)
        ring.all()
    except (FolderError, Misconfigured) as error:
        raise Stop(str(error), ExitCode.REFUSED) from None
    return ring


def _line(key: "Key") -> str:
    return f"{key.id}  {key.kind:<8}  {plain(key.name):<16}  made {key.made_at[:19].replace('T', ' ')} UTC"
