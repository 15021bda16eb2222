"""A shop under load that keeps a ledger: what was acknowledged, and what it got no answer for."""

import random
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain
from urllib.parse import urlsplit

import urllib3
from tests.support.api import Api, Reply

Order = dict[str, str]

CLIENTS = 8
SECONDS_TO_WAIT = 120


@dataclass(frozen=True)
class Acknowledged:
    """An order as it was posted, and the path of the `receiptUrl` that its 202 carried."""

    order: Order
    receipt_path: str


@dataclass
class Client:
    """Posts one order after another, and asserts of every answer that it is one that may be given."""

    name: str
    chance: random.Random
    acknowledged: dict[str, Acknowledged] = field(default_factory=dict)
    unanswered: dict[str, Order] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def post_new(self, api: Api) -> None:
        number = len(self.acknowledged) + len(self.unanswered)
        order_id = f"{self.name}-{number}"
        note = f"{self.chance.getrandbits(64):x}"
        self._post(api, {"orderId": order_id, "customerName": f"Customer {number}", "note": note})

    def post_again(self, api: Api) -> None:
        """What was not answered, with the same body: it is accepted, whether it was before or not."""
        self._post(api, next(iter(self.unanswered.values())), "resent")

    def replay(self, api: Api) -> None:
        kept = self._any_acknowledged()
        reply = api.post_order(kept.order)
        if not self._refused(reply):
            assert reply.headers["Idempotent-Replayed"] == "true"
            self._acknowledge(kept.order, reply, "replayed")

    def contradict(self, api: Api) -> None:
        """Another body under an acknowledged id."""
        order = self._any_acknowledged().order
        reply = api.post_order(order | {"customerName": "Mallory"})
        if not self._refused(reply):
            assert (reply.status, reply.problem) == (409, "order-conflict"), reply
            self.counts["contradicted"] += 1

    def ask_again(self, api: Api) -> None:
        """The same orders again: those that still wait get a message at once."""
        for kept in list(self.acknowledged.values()):
            self._acknowledge(kept.order, api.post_order(kept.order), "replayed")

    def _post(self, api: Api, order: Order, *what: str) -> None:
        self.unanswered[order["orderId"]] = order
        reply = api.post_order(order)
        if not self._refused(reply):
            self._acknowledge(order, reply, *what)
            del self.unanswered[order["orderId"]]

    def _acknowledge(self, order: Order, reply: Reply, *what: str) -> None:
        assert reply.status == 202, reply
        now = Acknowledged(order, urlsplit(reply.body["receiptUrl"]).path)
        assert self.acknowledged.setdefault(order["orderId"], now) == now
        self.counts.update(what)

    def _refused(self, reply: Reply) -> bool:
        if reply.status != 503:
            return False
        assert reply.problem == "unavailable"
        assert int(reply.headers["Retry-After"]) > 0
        self.counts["refused"] += 1
        return True

    def _any_acknowledged(self) -> Acknowledged:
        return self.chance.choice(list(self.acknowledged.values()))


class Shop:
    """Clients that go on wherever the server is; at most `orders` new ones at each of its addresses."""

    def __init__(self, seed: int = 0, orders: int = 1_000_000) -> None:
        self._clients = [Client(f"c{n}", random.Random(f"{seed} {n}")) for n in range(CLIENTS)]
        self._orders = orders
        self._left = 0
        self._address: str | None = None
        self._closed = False
        self._changed = threading.Condition()
        self._trades: list[Future[None]] = []

    @property
    def acknowledged(self) -> dict[str, Acknowledged]:
        return dict(chain.from_iterable(list(client.acknowledged.items()) for client in self._clients))

    @property
    def counts(self) -> Counter[str]:
        sums = sum((client.counts for client in self._clients), Counter[str]())
        return Counter(acknowledged=len(self.acknowledged)) + sums

    @contextmanager
    def trading(self, address: str | None = None) -> Iterator["Shop"]:
        """Under load until the block ends."""
        self._closed = False
        self.moved(address)
        with ThreadPoolExecutor(CLIENTS) as threads:
            self._trades = [threads.submit(self._trade, client) for client in self._clients]
            try:
                yield self
            finally:
                self._tell(None, closed=True)
        self._complain()

    def moved(self, address: str | None) -> None:
        """The server is at this address now, or at none."""
        self._complain()
        self._left = self._orders
        self._tell(address)

    def wait_for(self, what: str, count: int) -> None:
        """Until there are so many more in the ledger."""
        enough = self.counts[what] + count
        with self._changed:
            reached = self._changed.wait_for(lambda: self._reached(what, enough), SECONDS_TO_WAIT)
        assert reached, self.counts

    def settle(self, api: Api) -> None:
        """Post again whatever was not answered; now it must be."""
        for client in self._clients:
            for _ in range(len(client.unanswered)):
                client.post_again(api)
            assert not client.unanswered

    def ask_again(self, api: Api) -> None:
        for client in self._clients:
            client.ask_again(api)

    def _reached(self, what: str, enough: int) -> bool:
        self._complain()
        return self.counts[what] >= enough

    def _complain(self) -> None:
        """Raise what a client had to say against an answer."""
        for trade in self._trades:
            if trade.done():
                trade.result()

    def _tell(self, address: str | None, closed: bool = False) -> None:
        with self._changed:
            self._address, self._closed = address, closed
            self._changed.notify_all()

    def _trade(self, client: Client) -> None:
        while address := self._whereabouts():
            with suppress(urllib3.exceptions.HTTPError):  # the server is gone: it will be somewhere else
                api = Api(address)
                while address == self._address:
                    self._turn(client, api)
                    with self._changed:
                        self._changed.notify_all()

    def _whereabouts(self) -> str | None:
        with self._changed:
            self._changed.wait_for(lambda: self._address or self._closed)
            return self._address

    def _turn(self, client: Client, api: Api) -> None:
        if client.unanswered:
            client.post_again(api)
        elif self._left > 0 and client.chance.random() < 0.8:
            self._left -= 1
            client.post_new(api)
        elif client.acknowledged:
            client.chance.choice([client.replay, client.contradict])(api)
