"""`orders outbox send`, `release` and `drop`: an operator's decisions about kept or held e-mails."""

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
    from orders.order.delivery import Addressee
    from orders.order.order import Order
    from orders.ports import Table

OneOrder = Annotated[
    str | None, typer.Argument(metavar="ID", help="Only the e-mail about this order.", show_default=False)
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
    """Send the e-mails in the outbox through the mail server in ORDERS_SMTP.

    Each e-mail is sent at most once, and its file moves to outbox/sent. The server may keep running.
    """
    from orders.local.mail import chosen as mail_service
    from orders.order.errors import Misconfigured

    if not os.environ.get("ORDERS_SMTP"):
        raise Stop(
            "ORDERS_SMTP is not set. Set it to the mail server, as in smtp://user:password@mail.example.com:587.",
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
        complain(
            f"{so_many(held, 'e-mail')} held, because the original data folder may have sent them: see orders outbox"
            " release --help"
        )
    if outcomes[_SENT] < len(kept):
        raise Stop("Some e-mails were not sent.", ExitCode.REFUSED)


def release(order_id: OneOrder = None, data: Data = DEFAULT_DATA) -> None:
    """Let this data folder send the held e-mails.

    In a data folder that was copied, moved or restored, the server holds waiting e-mails.

    The original folder may have sent them. Release those that it did not send, and drop the others.
    """
    from orders.order.clock import utc_now

    released = _decide(order_id, data, lambda order, to: order.mail_released(utc_now(), _BY, to))
    kept = released["OUTBOX"]
    if kept:
        console().print(
            f"{so_many(kept, 'e-mail')} released to the outbox: `orders outbox send` sends them.", soft_wrap=True
        )
    if (others := released.total() - kept) or not kept:
        console().print(
            f"{so_many(others, 'e-mail')} released: a running server with ORDERS_SMTP sends them within two minutes.",
            soft_wrap=True,
        )


def drop(order_id: OneOrder = None, data: Data = DEFAULT_DATA) -> None:
    """Never send the held e-mails, because the original data folder sends them.

    They end as NOT_SENT. `orders resend` can still send one.
    """
    from orders.order.clock import utc_now

    dropped = _decide(order_id, data, lambda order, to: order.mail_dropped(utc_now(), _BY, to))
    console().print(f"{so_many(dropped.total(), 'e-mail')} dropped.", soft_wrap=True)


def _decide(order_id: str | None, data: Data, move: "Callable[[Order, Addressee], Order]") -> Counter[str]:
    """Move each held e-mail. Returns how many are in each state then; one whose order has no receipt is waiting."""
    from orders.local.folder.folder import DataFolder
    from orders.local.mail.outbox import Outbox
    from orders.local.sqlite import upkeep

    with borrowed(data) as stack:
        outbox, states = Outbox(DataFolder(stack.data).outbox), Counter[str]()
        for each, to in _chosen(order_id, "HELD", stack):
            mail = _moved(stack.table.read(each), to, move, stack.table).delivery(to)
            if mail and mail.status == "NOT_SENT":
                outbox.put_away(each, mail.number, "dropped", to)
            states[mail.status.value if mail else "WAITING"] += 1
        upkeep.all_decided(stack.table)
    return states


def _moved(order: "Order", to: "Addressee", move: "Callable[[Order, Addressee], Order]", table: "Table") -> "Order":
    """Compare-and-set until the move has taken effect, or would change nothing."""
    while (moved := move(order, to)) is not order:
        order = table.replace(order, moved)
        if order == moved:
            break
    return order


def _chosen(order_id: str | None, status: str, stack: "Stack") -> "Sequence[tuple[str, Addressee]]":
    """The e-mails in this state, each by its order and whom it is for; or only those about the named order.

    Raises:
        Stop: the e-mail of the named order is not in this state.
    """
    from orders.local.sqlite import upkeep
    from orders.order.delivery import Addressee, DeliveryStatus

    all_ids = {to: upkeep.with_mail(stack.table, DeliveryStatus(status), to) for to in Addressee}
    found = [(each, to) for to, ids in all_ids.items() for each in ids]
    if order_id is None:
        return found
    if not (about := [(each, to) for each, to in found if each == order_id]):
        raise Stop(
            f"No e-mail about this order is {_IN_WORDS[status]}. See: orders status {order_id}", ExitCode.REFUSED
        )
    return about


def _send_all(kept: "Sequence[tuple[str, Addressee]]", stack: "Stack") -> Counter[str]:
    """How many e-mails are in each state after sending. Stops if the mail server can't be reached."""
    from orders.local.folder.folder import DataFolder
    from orders.local.mail.outbox import Outbox
    from orders.order.errors import ReceiptLost, Unavailable
    from orders.use_cases import send as sending

    outbox, outcomes = Outbox(DataFolder(stack.data).outbox), Counter[str]()
    with progress.counting(len(kept), "e-mails") as advance:
        for order_id, to in kept:
            try:
                mail = sending.send_kept(order_id, stack.outside, to).delivery(to)
            except ReceiptLost as error:
                complain(f"{error}. The server makes it again at its next start. Then send the e-mail.")
                continue
            except Unavailable as error:
                complain(f"{error}.")
                break
            if mail and mail.status == _SENT:
                outbox.put_away(order_id, mail.number, "sent", to)
            outcomes[mail.status if mail else ""] += 1
            advance()
    return outcomes


def _tell(kept: Sequence[object], outcomes: Counter[str]) -> None:
    left = len(kept) - outcomes.total()
    if not kept:
        console().print("No e-mail is kept in the outbox.")
    for outcome, words in _OUTCOMES.items():
        if outcomes[outcome]:
            console().print(f"{outcomes[outcome]:>9,}  {words}", soft_wrap=True)
    if left:
        console().print(f"{left:>9,}  still kept", soft_wrap=True)
