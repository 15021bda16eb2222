"""`make repair-orders`: put orders of a restored table back into the live one, where they are missing or damaged.

Everything else stays as it is: orders that moved since, and orders that are newer than the restored table. The live
table keeps its name, stream, indexes and settings. `make hold-mails` is for a table that was restored as a whole.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import boto3
from botocore.exceptions import ClientError
from stage import Refused

from orders.aws.dynamodb import batch_get
from orders.aws.dynamodb.item import Item, is_of_the_register, item_of, key_of, order_of
from orders.order.clock import utc_now
from orders.order.delivery import RESTORED, UNDER_WAY, Addressee
from orders.order.errors import Misconfigured, NewerVersion, Unavailable
from orders.order.order import MOVES, Order

AT_A_TIME = 8
PATIENCE = 180.0
"""Seconds that a part of the live table is waited for where DynamoDB is throttled."""


class Verdict(StrEnum):
    """What there is to say about an order of the restored table."""

    SOUND = "sound"
    """The live order is this one, or went on from it."""
    MISSING = "missing"
    DAMAGED = "damaged"
    """No move leads from this order to the live one: something else has written that."""
    NEWER = "of a newer version"
    """This program can't judge the live order."""
    UNREADABLE = "unreadable in the restored table, too"


CHANGED = (Verdict.MISSING, Verdict.DAMAGED)


def repair(live: str, restored: str, *, apply: bool) -> Counter[Verdict]:
    """Compare all orders of the restored table with the live ones, and name those that are not sound.

    `apply` puts the restored order in their place, unless somebody else changes the live one meanwhile. E-mails that
    the restored order was to get are held: they may have been sent since.

    Raises:
        Refused: there is no such table.
    """
    verdicts = Counter[Verdict]()
    with ThreadPoolExecutor(AT_A_TIME) as threads:
        for part in threads.map(lambda items: judged(live, items, apply=apply), parts(restored)):
            for order_id, verdict in part:
                verdicts[verdict] += 1
                if verdict is not Verdict.SOUND:
                    print(f"{verdict}: {order_id}", flush=True)
    print(summary(verdicts, apply=apply))
    return verdicts


def judged(live: str, items: Sequence[Item], *, apply: bool) -> list[tuple[str, Verdict]]:
    found = live_items(live, items)
    return [(order_id, one(live, item, found.get(order_id), apply=apply)) for order_id, item in by_id(items).items()]


def one(table: str, item: Item, live: Item | None, *, apply: bool) -> Verdict:
    """The verdict on one order of the restored table, which replaces the live one if it is to."""
    try:
        restored = order_of(item)
    except (Misconfigured, NewerVersion):
        return Verdict.UNREADABLE
    found = verdict(restored, live)
    if apply and found in CHANGED:
        put_back(table, restored, live)
    return found


def verdict(restored: Order, live: Item | None) -> Verdict:
    """What is printed never changes, each move counts the revision up by one, and some states are final.

    Orders of the canary are missing because they have expired.
    """
    if live is None:
        return Verdict.SOUND if restored.is_canary else Verdict.MISSING
    try:
        found = order_of(live)
    except NewerVersion:
        return Verdict.NEWER
    except Misconfigured:
        return Verdict.DAMAGED
    if fixed(found) != fixed(restored) or not may_become(restored, found):
        return Verdict.DAMAGED
    return Verdict.SOUND if found.revision > restored.revision or found == restored else Verdict.DAMAGED


def fixed(order: Order) -> tuple[object, ...]:
    """What no move changes."""
    return order.body, order.document_text, order.fingerprint, order.receipt_token, order.received_at


def may_become(before: Order, after: Order) -> bool:
    """A final state stays, and so does a receipt."""
    is_final = not MOVES[before.status]
    return (not is_final or after.status is before.status) and (not before.receipt or after.receipt == before.receipt)


def put_back(table: str, restored: Order, live: Item | None) -> None:
    """Write the restored order in place of exactly this live one. Its revision goes on, for all who compare it."""
    order, seen = with_mails_held(restored, utc_now()), revision_of(live)
    item = item_of(replace(order, revision=max(order.revision, seen + 1)))
    try:
        boto3.client("dynamodb").put_item(TableName=table, Item=item, **unchanged(live))
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        print(f"changed meanwhile, and left alone: {order.order_id}", flush=True)


def unchanged(live: Item | None) -> dict[str, Any]:
    """The condition that the live item is still this one, as far as two attributes tell."""
    if live is None:
        return {"ConditionExpression": "attribute_not_exists(orderId)"}
    wanted, values = list[str](), dict[str, Any]()
    for name in ("revision", "body"):
        wanted.append(f"{name} = :{name}" if name in live else f"attribute_not_exists({name})")
        values |= {f":{name}": live[name]} if name in live else {}
    condition = {"ConditionExpression": " AND ".join(wanted)}
    return condition | ({"ExpressionAttributeValues": values} if values else {})


def revision_of(live: Item | None) -> int:
    try:
        return int(live["revision"]["N"]) if live else 0
    except (LookupError, ValueError):
        return 0


def with_mails_held(order: Order, now: datetime) -> Order:
    """With each e-mail held that is under way, and the one that the customer would get when the order is completed."""
    is_requested_later = order.mail is None and order.receipt is None and order.posted.customer_email is not None
    for to in Addressee:
        mail = order.delivery(to)
        if mail.status in UNDER_WAY if mail else to is Addressee.CUSTOMER and is_requested_later:
            order = order.mail_held(now, to, RESTORED)
    return order


def hold_mails(table: str, *, apply: bool) -> int:
    """Hold each e-mail of a table that was restored as a whole, and that the lost one may have sent; how many orders.

    Others may change the orders meanwhile: those that they change are left alone, so repeat it until there are none.
    """
    held = 0
    for items in parts(table):
        for item in items:
            try:
                order = order_of(item)
            except (Misconfigured, NewerVersion):
                continue
            if with_mails_held(order, utc_now()) is not order:
                held += 1
                print(f"may have been sent: {order.order_id}", flush=True)
                if apply:
                    put_back(table, order, item)
    done = "Their e-mails are held." if apply else "To hold their e-mails, add APPLY=yes."
    print(f"{held:,} orders. {done}" if held else "No order has an e-mail that may have been sent.")
    return held


def parts(table: str) -> Iterator[Sequence[Item]]:
    """All orders and documents of a table, as many at a time as can be read at once from another one.

    The register of numbers is left out. It is a chain: what is put back into it from another time would break it.
    """
    dynamodb = boto3.client("dynamodb")
    try:
        for page in dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
            rows = [item for item in page["Items"] if not is_of_the_register(item)]
            for start in range(0, len(rows), batch_get.KEYS_A_CALL):
                yield rows[start : start + batch_get.KEYS_A_CALL]
    except dynamodb.exceptions.ResourceNotFoundException:
        raise Refused(f"There is no table {table}.") from None


def live_items(table: str, items: Sequence[Item]) -> dict[str, Item]:
    """The live items with the same ids, by id.

    Raises:
        Refused: DynamoDB was throttled for minutes, or did not answer.
    """
    wanted = [key_of(order_id) for order_id in by_id(items)]
    try:
        return by_id(list(batch_get.items(boto3.client("dynamodb"), table, wanted, "table", patience=PATIENCE)))
    except Unavailable as error:
        raise Refused(f"DynamoDB does not answer ({error}). What was put back stays: run the command again.") from None


def by_id(items: Sequence[Any]) -> dict[str, Item]:
    return {item["orderId"]["S"]: item for item in items}


def summary(verdicts: Counter[Verdict], *, apply: bool) -> str:
    counted = ", ".join(f"{number:,} {verdict}" for verdict, number in verdicts.items()) or "no orders"
    broken = sum(verdicts[verdict] for verdict in CHANGED)
    if not broken:
        return f"{counted}. There is nothing to repair."
    done = (
        f"{broken:,} put back."
        if apply
        else "Nothing was changed.\nTo put the missing and the damaged back, add APPLY=yes."
    )
    return f"{counted}. {done}"
