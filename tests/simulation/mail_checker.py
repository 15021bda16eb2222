"""The checker of the mail: sees what the mail service takes, and holds it against the rows (rule 10)."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping

from tests.simulation.scheduler import Milliseconds

from orders.order.delivery import UNDER_WAY, Addressee, DeliveryStatus
from orders.order.mailbox import USUAL
from orders.order.order import Order, Status
from orders.ports import Message
from orders.shop.shop import Shop

ACCOUNTANT = "accounts@example.com"
"""The address for copies, where the shop has one."""
HOUR: Milliseconds = 3_600_000


class MailChecker:
    """`broken` is told which rule was broken, for which order, and how. `now` is time as it passes."""

    def __init__(
        self,
        rows: Mapping[str, Order],
        objects: Mapping[str, bytes],
        broken: Callable[[int, str, str], None],
        now: Callable[[], Milliseconds],
        shop: Callable[[], Shop],
    ) -> None:
        self._rows, self._objects, self._broken, self._now, self._shop = rows, objects, broken, now, shop
        self._taken = Counter[tuple[str, str]]()
        """How often each message was taken: about which order, and which one about it."""
        self._kept = set[tuple[str, str]]()
        """Those that are in the outbox, and were not sent."""
        self._wanted = Counter[str]()
        """How often an operator asked for another one."""
        self._delivered = defaultdict[str, list[Milliseconds]](list)
        """When each mailbox got a mail."""

    def another_wanted(self, order_id: str) -> None:
        self._wanted[order_id] += 1

    def taken(self, message: Message) -> None:
        """By the mail service, whether or not it says so."""
        row = self._rows[message.order_id]
        self._taken[message.order_id, message.ordinal] += 1
        if self._taken[message.order_id, message.ordinal] > 1:
            self._broken(10, message.order_id, f"the same {message.to} was sent twice")
        if message.number > 1 + (self._wanted[message.order_id] if message.to is Addressee.CUSTOMER else 0):
            self._broken(10, message.order_id, f"mail {message.number}, and nobody asked for it")
        if row.status is not Status.COMPLETED or message.recipient != self._address(row, message.to):
            self._broken(10, message.order_id, f"a mail to somebody else, or about an order that is {row.status}")
        key = row.receipt.key if row.receipt else ""
        if message.content != self._objects.get(key, message.content):  # it may just have been lost
            self._broken(3, message.order_id, "the mail's receipt is not the stored one")

    def kept(self, message: Message) -> None:
        """In the outbox, where no mail server is set; the same one may be put there again."""
        self._kept.add((message.order_id, message.ordinal))

    def delivered(self, message: Message) -> None:
        """Into a mailbox, on a day on which no clock jumps. The shop's own address for copies has no limit."""
        if message.to is Addressee.COPY:
            return
        times = self._delivered[message.recipient.casefold()]
        times.append(self._now())
        if len(times) > USUAL and times[-1] - times[-1 - USUAL] < HOUR:
            self._broken(10, message.order_id, f"one mailbox got more than {USUAL} mails within an hour")

    def ended(self, row: Order) -> None:
        """What is true in the end."""
        for to in Addressee:
            self._ended(row, to)

    def _ended(self, row: Order, to: Addressee) -> None:
        is_wanted = row.status is Status.COMPLETED and self._address(row, to) is not None
        mail = row.delivery(to)
        if is_wanted is not (mail is not None):
            self._broken(10, row.order_id, f"{row.status}, and {'no' if is_wanted else 'a'} {to} in its row")
        if mail is None:
            return
        message = row.order_id, Message(row.order_id, mail.number, "", "", b"", to).ordinal
        was_taken, is_sent = self._taken[message] > 0, mail.status is DeliveryStatus.SENT
        if mail.status in UNDER_WAY:
            self._broken(10, row.order_id, f"its {to} is still {mail.status}")
        elif mail.status is not DeliveryStatus.UNKNOWN and was_taken is not is_sent:
            self._broken(10, row.order_id, f"its {to} is {mail.status}, and was {'' if was_taken else 'not '}sent")
        elif mail.status is DeliveryStatus.OUTBOX and message not in self._kept:
            self._broken(10, row.order_id, f"its {to} is OUTBOX, and is not in the outbox")
        elif not is_sent and not mail.reason:
            self._broken(10, row.order_id, f"its {to} is {mail.status} without a reason")

    def _address(self, row: Order, to: Addressee) -> str | None:
        return self._shop().copy_to if to is Addressee.COPY else row.posted.customer_email
