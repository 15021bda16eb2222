"""The limits that AWS documents, each with its page, and how many orders a second each of them allows."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.util import find_spec

from cost.stack import Stack

from orders.aws import mail_rate
from orders.aws.dynamodb import item
from scaling.demand import TOGETHER, Demand

_COUNTS = "orders.aws.dynamodb.count_rows"
_DYNAMODB = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide"
_LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg"
A_PARTITION = f"{_DYNAMODB}/bp-partition-key-design.html"
WARM = f"{_DYNAMODB}/on-demand-capacity-mode.html"
TABLE_QUOTA = f"{_DYNAMODB}/ServiceQuotas.html"
CONCURRENCY = f"{_LAMBDA}/gettingstarted-limits.html"
FED_BY_SQS = f"{_LAMBDA}/services-sqs-scaling.html"
GATEWAY = "https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html"
THROTTLE = "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html"
STREAM = f"{_LAMBDA}/services-ddb.html"
PREFIX = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html"
IN_FLIGHT = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html"
SES_RATE = "https://docs.aws.amazon.com/ses/latest/dg/quotas.html"

WRITES_OF_A_PARTITION, READS_OF_A_PARTITION = 1_000, 3_000
PUTS_OF_A_PREFIX, GETS_OF_A_PREFIX = 3_500, 5_500
RECORDS_A_BATCH = 90
ROWS = int(getattr(import_module(_COUNTS), "ROWS", 1)) if find_spec(_COUNTS) else 1
"""Over which a count is spread."""
COMMONEST_LETTER = 6
"""A sixth of the names begin with the most frequent letter."""
SPREAD: Mapping[str, float] = {
    "newest": 1, "newestByStatus": 1, "waiting": 1, "mailWaiting": 1, "newestByName": COMMONEST_LETTER,
}  # fmt: skip
"""The indexes whose partition keys are shards, and over how many keys an index has them besides."""
OF_A_CUSTOMER = frozenset({"newestByEmail", "newestByNumber"})
"""The indexes in which each customer has keys of their own."""


@dataclass(frozen=True, slots=True)
class Account:
    """What AWS allows an account: the quotas as they are by default, unless the comment says otherwise.

    `mails` is a usual rate after the sandbox of SES, which allows 1.
    """

    concurrency: int = 1_000
    requests: int = 10_000
    table_units: int = 40_000
    mails: int = 14
    warm_writes: int = 4_000
    warm_reads: int = 12_000
    in_flight: int = 120_000


NEW_ACCOUNT = Account(concurrency=10, mails=1)
"""https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html, and the sandbox of SES."""


@dataclass(frozen=True, slots=True)
class Setup:
    """A stack in an account."""

    account: Account
    shards: int
    requests_a_second: float
    receipts_at_once: int
    mails_at_once: int

    @classmethod
    def of(cls, stack: Stack, account: Account | None = None) -> "Setup":
        """With the values of the template's parameters."""
        account = account or Account()
        warm = int(stack.number("WarmWriteUnits", 0)), int(stack.number("WarmReadUnits", 0))
        return cls(
            account=replace(
                account,
                warm_writes=max(account.warm_writes, warm[0]),
                warm_reads=max(account.warm_reads, warm[1]),
            ),
            shards=int(stack.number("IndexShards", getattr(item, "SHARDS", 8))),
            requests_a_second=stack.number("RequestsPerSecond", 200),
            receipts_at_once=stack.most_at_once("ProcessOrderFunction"),
            mails_at_once=stack.most_at_once("SendReceiptFunction"),
        )


@dataclass(frozen=True, slots=True)
class Limit:
    """`stage` is what stops when it is reached: `accept`, `complete`, `mail` or `count`. `page` is AWS's.

    `grows`: DynamoDB raises it within the hour. `polls`: Lambda begins with few and adds more.
    """

    name: str
    stage: str
    allowed: float
    of_an_order: float
    page: str
    grows: bool = False
    polls: bool = False

    @property
    def orders(self) -> float:
        """Orders a second that it allows."""
        return self.allowed / self.of_an_order if self.of_an_order else float("inf")

    def used(self, orders: float) -> float:
        """The share of it that so many orders a second use."""
        return orders / self.orders


def limits(setup: Setup, demand: Demand) -> list[Limit]:
    parts = (_of_requests, _of_lambda, _of_tables, _of_others)
    return [limit for part in parts for limit in part(setup, demand)]


def first(limits: Sequence[Limit]) -> Limit:
    """The one that is reached first."""
    return min(limits, key=lambda limit: limit.orders)


def _of_requests(setup: Setup, demand: Demand) -> Iterator[Limit]:
    yield Limit("requests, RequestsPerSecond", "accept", setup.requests_a_second, demand.requests, THROTTLE)
    yield Limit("requests, of the account", "accept", setup.account.requests, demand.requests, GATEWAY)


def _of_lambda(setup: Setup, demand: Demand) -> Iterator[Limit]:
    busy, account = demand.busy, setup.account.concurrency
    yield Limit("functions at once, of the account", "accept", account, sum(busy.values()), CONCURRENCY)
    receipt, mail = busy["ProcessOrderFunction"], busy.get("SendReceiptFunction")
    yield Limit("ProcessOrder at once", "complete", setup.receipts_at_once, receipt, FED_BY_SQS, polls=True)
    if mail:
        yield Limit("SendReceipt at once", "mail", setup.mails_at_once, mail, FED_BY_SQS, polls=True)


def _of_tables(setup: Setup, demand: Demand) -> Iterator[Limit]:
    account = setup.account
    largest = max(demand.writes, key=lambda name: demand.writes[name])
    write, read = demand.writes[largest], demand.reads["OrderTable"]
    yield Limit(f"writes, warm ({largest})", "accept", account.warm_writes, write, WARM, grows=True)
    yield Limit(f"writes, quota ({largest})", "accept", account.table_units, write, TABLE_QUOTA)
    yield Limit("reads, warm (OrderTable)", "accept", account.warm_reads, read, WARM, grows=True)
    yield Limit("reads, quota (OrderTable)", "accept", account.table_units, read, TABLE_QUOTA)
    for name, ways in SPREAD.items():
        if units := demand.hottest.get(f"OrderTable/{name}"):
            each = units / ways / setup.shards
            yield Limit(f"writes of a partition of {name}", "accept", WRITES_OF_A_PARTITION, each, A_PARTITION)
    batches = demand.records / RECORDS_A_BATCH
    shards = account.warm_writes / WRITES_OF_A_PARTITION  # of the stream: one for each partition of the table
    yield Limit("CountOrders at once", "count", shards, batches * demand.batch, STREAM)
    a_row = demand.counting * batches / ROWS
    yield Limit("writes of a row of counts", "count", WRITES_OF_A_PARTITION, a_row, A_PARTITION)


def _of_others(setup: Setup, demand: Demand) -> Iterator[Limit]:
    prefixes = 256 if re.match(r"[0-9a-f]{2}/", demand.key) else 1
    yield Limit("puts below a prefix", "complete", PUTS_OF_A_PREFIX * prefixes, demand.puts, PREFIX)
    yield Limit("gets below a prefix", "mail", GETS_OF_A_PREFIX * prefixes, demand.gets, PREFIX)
    in_flight = demand.busy["ProcessOrderFunction"] * TOGETHER
    yield Limit("messages in flight", "complete", setup.account.in_flight, in_flight, IN_FLIGHT)
    if demand.mails:
        taken = setup.account.mails * mail_rate.SHARE
        yield Limit("e-mails a second of SES", "mail", taken, demand.mails, SES_RATE)
