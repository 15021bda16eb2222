"""`make undelete-receipts` and `make match-receipts`: receipts that were deleted, or restored into another bucket."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import logs
import repairing
from botocore.exceptions import ClientError
from stage import Refused

from orders.aws.dynamodb.item import item_of, order_of
from orders.order.errors import Misconfigured, NewerVersion
from orders.order.history import CANARY
from orders.order.order import Order, StoredReceipt

NOT_THERE = {"404", "NoSuchKey", "NoSuchVersion"}


def undelete(bucket: str, since: str, *, apply: bool) -> int:
    """Remove the delete markers of the last `since`, such as `2h`, and return how many there are.

    The receipts below them appear again, in the versions that the orders name. A receipt that somebody deleted on
    purpose before that stays deleted. https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManagingDelMarkers.html

    Raises:
        Refused: `since` is no duration.
    """
    if not since:
        raise Refused("Say since when, as in SINCE=2h: what was deleted before that stays deleted.")
    s3, found = boto3.client("s3"), list(markers(bucket, datetime.now(UTC) - timedelta(seconds=logs.seconds(since))))
    for marker in found:
        print(f"deleted {marker['LastModified']:%Y-%m-%d %H:%M:%S %Z}: {marker['Key']}", flush=True)
        if apply:
            s3.delete_object(Bucket=bucket, Key=marker["Key"], VersionId=marker["VersionId"])
    done = "All of them are back." if apply else "To bring them back, add APPLY=yes."
    print(f"{len(found):,} deleted. {done}" if found else f"No receipt was deleted in the last {since}.")
    return len(found)


def markers(bucket: str, since: datetime) -> Iterator[Any]:
    """The delete markers that hide a receipt since this instant. Those of the canary expire by themselves."""
    for page in boto3.client("s3").get_paginator("list_object_versions").paginate(Bucket=bucket):
        for marker in page.get("DeleteMarkers", []):
            is_deleted = marker["IsLatest"] and marker["LastModified"] >= since
            if is_deleted and not marker["Key"].startswith(f"{CANARY}/"):
                yield marker


def match(table: str, bucket: str, *, apply: bool) -> Counter[str]:
    """Find the receipts of all orders in the bucket, and let each order name the version that the bucket has.

    A bucket that was restored has the same receipts in other versions, which no link would find. A receipt with other
    bytes than the order's is not taken.
    """
    found = Counter[str]()
    for items in repairing.parts(table):
        for item in items:
            try:
                order = order_of(item)
            except (Misconfigured, NewerVersion):
                found["unreadable"] += 1
                continue
            if order.receipt:
                found[matched(table, bucket, order, order.receipt, apply=apply)] += 1
    print(", ".join(f"{number:,} receipts {what}" for what, number in sorted(found.items())) or "no receipts")
    if found["in another version"] and not apply:
        print("Nothing was changed. To let the orders name these versions, add APPLY=yes.")
    return found


def matched(table: str, bucket: str, order: Order, receipt: StoredReceipt, *, apply: bool) -> str:
    if head(bucket, receipt.key, VersionId=receipt.version or "null"):
        return "in place"
    current = head(bucket, receipt.key)
    if not current or digest(bucket, receipt.key) != receipt.sha256:
        print(f"{'missing' if not current else 'not the one that was issued'}: {order.order_id}", flush=True)
        return "missing"
    if apply:
        moved = replace(order, receipt=replace(receipt, version=current["VersionId"]), revision=order.revision + 1)
        boto3.client("dynamodb").put_item(
            TableName=table,
            Item=item_of(moved),
            ConditionExpression="revision = :before",
            ExpressionAttributeValues={":before": {"N": str(order.revision)}},
        )
    return "in another version"


def head(bucket: str, key: str, **version: Any) -> Any:
    """What S3 says of an object, or None if there is none."""
    try:
        return boto3.client("s3").head_object(Bucket=bucket, Key=key, **version)
    except ClientError as error:
        if error.response["Error"]["Code"] in NOT_THERE or error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return None
        raise


def digest(bucket: str, key: str) -> str:
    return hashlib.sha256(boto3.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()).hexdigest()
