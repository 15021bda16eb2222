"""`orders webhooks listen`: a receiver of webhooks on this machine, for trying them."""

import getpass
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Annotated, Any

import typer

from orders.cli.client import credential
from orders.cli.event_lines import line_of
from orders.cli.exits import ExitCode, Stop
from orders.cli.options import AsJson
from orders.cli.receiver import Receiver
from orders.cli.reply import understood
from orders.cli.terminal import complain, console, write_json_line
from orders.order import signature

_VARIABLE = "ORDERS_WEBHOOK_SECRET"


def listen(
    port: Annotated[int, typer.Option(min=0, max=65535, metavar="NUMBER", help="The port; 0 takes a free one.")] = 8010,
    as_json: AsJson = False,
) -> None:
    """Receive webhooks on this machine, and print one line for each event, until Ctrl-C.

    It verifies each request. It refuses those that the secret did not sign, and answers 204 to the others.

    The secret comes from ORDERS_WEBHOOK_SECRET, or from the file that ORDERS_WEBHOOK_SECRET_FILE names.

    Without both, the command asks for it, or reads it from standard input.

    Only a server on this machine can reach it: orders webhooks add http://127.0.0.1:8010
    """
    secret = _secret()
    with Receiver(port, secret, _printer(as_json), complain) as receiver:
        console(stderr=True).print(f"Listening at {receiver.url}. Press Ctrl-C to stop.", soft_wrap=True)
        with suppress(KeyboardInterrupt):
            receiver.serve_forever()


def _printer(as_json: bool) -> Callable[[Mapping[str, Any]], None]:
    out = console()

    def show(event: Mapping[str, Any]) -> None:
        if as_json:
            write_json_line(event)
        else:
            with understood():
                out.print(line_of(event, out.width), soft_wrap=True)

    return show


def _secret() -> str:
    """The secret, from the environment or else from standard input.

    Raises:
        Stop: there is none, or it is not a secret.
    """
    secret = credential(_VARIABLE) or (_typed() if sys.stdin.isatty() else sys.stdin.readline().strip())
    if not secret:
        raise Stop(
            f"The secret is missing. Set {_VARIABLE} or {_VARIABLE}_FILE, or send the secret to standard input.",
            ExitCode.USAGE,
        )
    try:
        signature.sign("", "0", b"", secret)
    except ValueError:
        raise Stop(
            "This is not a webhook secret, which begins with whsec_. `orders webhooks rotate ID` makes a new one.",
            ExitCode.USAGE,
        ) from None
    return secret


def _typed() -> str:
    return getpass.getpass("Secret of the endpoint (whsec_…): ").strip()
