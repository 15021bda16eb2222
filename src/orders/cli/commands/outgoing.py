"""`orders outbox send`, `release` and `drop`: what becomes of mails that were kept or held."""

import os
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from orders.cli import progress
from orders.cli.data_folder import borrowed
from orders.cli.exits import ExitCode, Stop
from orders.cli.options import DEFAULT_DATA, Data
from orders.cli.terminal import complain, console
from orders.order.text import so_many

if TYPE_CHECKING:
    from orders.local.stack import Stack
    from orders.order.order import Order
    from orders.ports import Table

OneOrder = Annotated[
    str | None, typer.Argument(metavar="[ID]", help="Only the mail about this order.", show_default=False)
]
_BY = "operator"
_SENT = "SENT"
_IN_WORDS = {"HELD": "held", "OUTBOX": "kept in the outbox"}
_OUTCOMES = {
    _SENT: "sent",
    "WAITING": "not sent yet: a running server tries again",
    "SENDING": "being sent by another `orders outbox send`, or by a server",
    "UNKNOWN": "perhaps sent: the mail server's answer was lost",
    "NOT_SENT": "refused by the mail server: `orders status` says why",
}


def send(order_id: OneOrder = None, data: Data = DEFAULT_DATA) -> None:
    """Send the mails that are kept in the outbox, by the server that ORDERS_SMTP names.

    Each one is sent at most once. The server may be running. The file of a mail that was sent moves to outbox/sent.
    """
    from orders.local.mail import chosen as mail_service
    from orders.order.errors import Misconfigured

    if not os.environ.get("ORDERS_SMTP"):
        raise Stop(
            "ORDERS_SMTP is not set. It names the mail server, as in smtp://user:password@mail.example.com:587.",
            ExitCode.USAGE,
        )
    try:
        mail_service.check()
    except Misconfigured as error:
        raise Stop(str(error), ExitCode.USAGE) from None
    with borrowed(data) as stack:
        kept = _chosen(order_id, "OUTBOX", stack)
        outcomes = _send_all(kept, stack)
        held = stack.held_mails()
    _tell(kept, outcomes)
    if held:
        complain(f"{so_many(held, 'mail')} held, as they may have been sent already: see orders outbox release --help")
    if outcomes[_SENT] < len(kept):
        raise Stop("Not every mail was sent.", ExitCode.REFUSED)


def release(order_id: OneOrder = None, data: Data = DEFAULT_DATA) -> None:
    """Let the held mails be sent: this data folder is to send them, and not the one that it is a copy of.

    A server that finds itself in a copy of a data folder, or in one that was moved or restored, holds the mails that
    the original may have sent. Look whether it did, release those it did not, and drop the others.
    """
    from orders.order.clock import utc_now

    released = _decide(order_id, data, lambda order: order.mail_released(utc_now(), _BY))
    kept = released["OUTBOX"]
    if kept:
        console().print(
            f"{so_many(kept, 'mail')} released to the outbox: `orders outbox send` sends them.", soft_wrap=True
        )
    if (others := released.total() - kept) or not kept:
        console().print(
            f"{so_many(others, 'mail')} released: sent within a minute or two where a server with ORDERS_SMTP runs.",
            soft_wrap=True,
        )


def drop(order_id: OneOrder = None, data: Data = DEFAULT_DATA) -> None:
    """Do not send the held mails: the folder that this one is a copy of has sent them, or will.

    They end as NOT_SENT. `orders resend` sends one all the same.
    """
    from orders.order.clock import utc_now

    dropped = _decide(order_id, data, lambda order: order.mail_dropped(utc_now(), _BY))
    console().print(f"{so_many(dropped.total(), 'mail')} dropped.", soft_wrap=True)


def _decide(order_id: str | None, data: Data, move: "Callable[[Order], Order]") -> Counter[str]:
    """Move each held mail; how many are in each state then. A mail that waits for its receipt counts as waiting."""
    from orders.local.folder.folder import DataFolder
    from orders.local.mail.outbox import Outbox
    from orders.local.sqlite import upkeep

    with borrowed(data) as stack:
        outbox, states = Outbox(DataFolder(stack.data).outbox), Counter[str]()
        for each in _chosen(order_id, "HELD", stack):
            mail = _moved(stack.table.read(each), move, stack.table).mail
            if mail and mail.status == "NOT_SENT":
                outbox.put_away(each, mail.number, "dropped")
            states[mail.status.value if mail else "WAITING"] += 1
        upkeep.all_decided(stack.table)
    return states


def _moved(order: "Order", move: "Callable[[Order], Order]", table: "Table") -> "Order":
    """Compare-and-set until it has taken effect, or changes nothing any more."""
    while (moved := move(order)) is not order:
        order = table.replace(order, moved)
        if order == moved:
            break
    return order


def _chosen(order_id: str | None, status: str, stack: "Stack") -> Sequence[str]:
    """The orders whose mail is in this state, or the one that was named.

    Raises:
        Stop: its mail is not in this state.
    """
    from orders.local.sqlite import upkeep
    from orders.order.delivery import DeliveryStatus

    found = upkeep.with_mail(stack.table, DeliveryStatus(status))
    if order_id is None:
        return found
    if order_id not in found:
        raise Stop(f"No mail about this order is {_IN_WORDS[status]}. See: orders status {order_id}", ExitCode.REFUSED)
    return [order_id]


def _send_all(kept: Sequence[str], stack: "Stack") -> Counter[str]:
    """What became of each, up to the first for which there is no mail server."""
    from orders.local.folder.folder import DataFolder
    from orders.local.mail.outbox import Outbox
    from orders.order.errors import ReceiptLost, Unavailable
    from orders.use_cases import send as sending

    outbox, outcomes = Outbox(DataFolder(stack.data).outbox), Counter[str]()
    with progress.counting(len(kept), "mails") as advance:
        for order_id in kept:
            try:
                mail = sending.send_kept(order_id, stack.outside).mail
            except ReceiptLost as error:
                complain(f"{error}. The server makes it again when it starts; then send the mail.")
                continue
            except Unavailable as error:
                complain(f"{error}.")
                break
            if mail and mail.status == _SENT:
                outbox.put_away(order_id, mail.number, "sent")
            outcomes[mail.status if mail else ""] += 1
            advance()
    return outcomes


def _tell(kept: Sequence[str], outcomes: Counter[str]) -> None:
    left = len(kept) - outcomes.total()
    if not kept:
        console().print("No mail is kept in the outbox.")
    for outcome, words in _OUTCOMES.items():
        if outcomes[outcome]:
            console().print(f"{outcomes[outcome]:>9,}  {words}", soft_wrap=True)
    if left:
        console().print(f"{left:>9,}  still kept", soft_wrap=True)
