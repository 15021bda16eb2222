"""`make restore-table`: orders or events as they were at an instant, or the table that was deleted."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.exceptions import ClientError
from stage import Refused, Stage

from orders.aws.dynamodb.due import INDEXES
from orders.aws.dynamodb.item import EXPIRES_AT

SECONDS_BETWEEN_LOOKS = 5


@dataclass(frozen=True)
class Kind:
    """A table that stays when its stack is deleted: its name in the template, and what is in it."""

    resource: str
    what: str
    repair: str
    keys: tuple[str, ...]
    indexes: frozenset[str]
    has_stream: bool = False


ORDERS = Kind("OrderTable", "orders", "repair-orders", ("orderId",), frozenset(INDEXES.values()), has_stream=True)
EVENTS = Kind("EventTable", "events", "repair-events", ("pk", "sk"), frozenset({"pending"}))


def kind_of(what: str) -> Kind:
    for kind in (ORDERS, EVENTS):
        if kind.what == what:
            return kind
    raise Refused("OF is orders or events.")


def instant(text: str) -> datetime:
    """A time with its zone, such as `2026-11-26T03:14:00Z`."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise Refused("AT is a time with its zone, such as AT=2026-11-26T03:14:00Z.")
    return at.astimezone(UTC)


def restore_beside(stage: Stage, at: datetime, kind: Kind = ORDERS) -> str:
    """Restore a table as it was at this instant beside the live one, and return its name.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/pointintimerecovery_restores.html

    Raises:
        Refused: there is no table, or none of its backups reaches that instant.
    """
    dynamodb, table = boto3.client("dynamodb"), stage.resource(kind.resource)
    beside = f"{table}-at-{at:%Y%m%dT%H%M%SZ}"
    try:
        dynamodb.restore_table_to_point_in_time(
            SourceTableName=table, TargetTableName=beside, RestoreDateTime=at.replace(tzinfo=UTC)
        )
    except dynamodb.exceptions.TableNotFoundException:
        raise Refused(f"There is no table {table}. If it was deleted: {again(stage, kind)}.") from None
    except (
        dynamodb.exceptions.InvalidRestoreTimeException,
        dynamodb.exceptions.PointInTimeRecoveryUnavailableException,
    ) as error:
        raise Refused(error.response["Error"]["Message"]) from None
    except dynamodb.exceptions.TableAlreadyExistsException:
        print(f"{beside} exists already.")
    wait_until_restored(beside)
    print(f"The {kind.what} as of {at:%Y-%m-%d %H:%M:%S} UTC are there. The live table is unchanged.")
    print("\nTo see what is missing from the live table, or damaged in it:")
    print(f"\n  {stage.verb(kind.repair)} FROM={beside}")
    return beside


def restore_deleted(stage: Stage) -> None:
    """Restore the orders' table, which was deleted, and set on it what the template wants.

    Raises:
        Refused: the table exists, or has no backup.
    """
    table = bring_back(stage, ORDERS)
    began = datetime.now(UTC)
    prepare(table, ORDERS, protected=stage.protected)
    print(
        f"The table is back. Its stream is new, so count TableGeneration up in the stage's parameter_overrides in"
        f"\nsamconfig.toml, and then: {stage.verb('deploy')}"
        f"\n\nMoves between {began:%H:%M:%S} UTC, or a little before, and {datetime.now(UTC):%H:%M:%S} UTC may have no"
        f"\nevents, as there was no stream yet. Those who read events compare the orders of these seconds."
    )


def bring_back(stage: Stage, kind: Kind) -> str:
    """Restore a table that was deleted under its own name, from its newest backup, and return the name.

    Of a table with point-in-time recovery, DynamoDB makes a backup as it is deleted, and keeps it for 35 days. A table
    whose items do not expire is one that an interrupted command has restored: `prepare` sets this last.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html

    Raises:
        Refused: the table exists, or has no backup.
    """
    dynamodb, table = boto3.client("dynamodb"), stage.resource(kind.resource)
    if not exists(table):
        backup = newest_backup(table)
        at = f"{backup['BackupCreationDateTime']:%Y-%m-%d %H:%M:%S %Z}"
        print(f"Restoring the {kind.what} as of {at} ...", flush=True)
        dynamodb.restore_table_from_backup(TargetTableName=table, BackupArn=backup["BackupArn"])
    elif expires(table):
        raise Refused(f"{table} exists. To restore it beside, as it was at an instant: {again(stage, kind)} AT=...")
    wait_until_restored(table)
    return table


def again(stage: Stage, kind: Kind) -> str:
    """The command that restores such a table."""
    return stage.verb("restore-table") + ("" if kind is ORDERS else f" OF={kind.what}")


def restored_from(table: str) -> str | None:
    """The name of the table that this one was restored from, or None if nobody knows.

    If DynamoDB does not say it, the name that `restore_beside` has given does.
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreSummary.html

    Raises:
        Refused: there is no such table.
    """
    dynamodb = boto3.client("dynamodb")
    try:
        found = dynamodb.describe_table(TableName=table)["Table"]
    except dynamodb.exceptions.ResourceNotFoundException:
        raise Refused(f"There is no table {table}.") from None
    source = found.get("RestoreSummary", {}).get("SourceTableArn", "").rpartition("/")[2]
    return source or table.rpartition("-at-")[0] or None


def newest_backup(table: str) -> dict[str, Any]:
    """The newest backup that DynamoDB has of this table, its own or one that somebody made."""
    pages = boto3.client("dynamodb").get_paginator("list_backups").paginate(TableName=table, BackupType="ALL")
    found = [dict(backup) for page in pages for backup in page["BackupSummaries"]]
    own = [backup for backup in found if backup["BackupType"] in {"SYSTEM", "USER"}]
    if not own:
        raise Refused(f"DynamoDB has no backup of {table}. Look into the vaults of AWS Backup: docs/aws-restore.md.")
    return max(own, key=lambda backup: backup["BackupCreationDateTime"])


def prepare(table: str, kind: Kind = ORDERS, *, protected: bool) -> None:
    """Set on a restored table what DynamoDB does not restore, and the template wants.

    That is the orders' stream, the protection from deletion, point-in-time recovery, and, last, the expiry of the
    canary's orders or of events.
    """
    dynamodb = boto3.client("dynamodb")
    description = dynamodb.describe_table(TableName=table)["Table"]
    if kind.has_stream and not description.get("StreamSpecification", {}).get("StreamEnabled"):
        dynamodb.update_table(
            TableName=table, StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
        )
        wait_until(table, lambda found: found["TableStatus"] == "ACTIVE")
    if protected and not description.get("DeletionProtectionEnabled"):
        dynamodb.update_table(TableName=table, DeletionProtectionEnabled=True)
        wait_until(table, lambda found: found["TableStatus"] == "ACTIVE")
    dynamodb.update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    if not expires(table):
        dynamodb.update_time_to_live(
            TableName=table, TimeToLiveSpecification={"AttributeName": EXPIRES_AT, "Enabled": True}
        )


def expires(table: str) -> bool:
    """Whether DynamoDB deletes items after their time, as in every table of a stack. It refuses to be told so twice.

    No restored table begins with it.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html
    """
    found = boto3.client("dynamodb").describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    return found["TimeToLiveStatus"] in {"ENABLING", "ENABLED"}


def is_of(table: str, kind: Kind) -> bool:
    """Whether it has the keys and the indexes of such a table.

    Raises:
        Refused: there is no such table.
    """
    try:
        found = boto3.client("dynamodb").describe_table(TableName=table)["Table"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        raise Refused(f"There is no table {table}. Nothing was changed.") from None
    indexes = {index["IndexName"] for index in found.get("GlobalSecondaryIndexes", [])}
    return tuple(key["AttributeName"] for key in found["KeySchema"]) == kind.keys and indexes >= kind.indexes


def exists(table: str) -> bool:
    dynamodb = boto3.client("dynamodb")
    try:
        dynamodb.describe_table(TableName=table)
    except dynamodb.exceptions.ResourceNotFoundException:
        return False
    return True


def wait_until_restored(table: str) -> None:
    """A table is `CREATING` while it is restored: minutes for a small one, hours for a large one."""
    print(f"Restoring {table}\nThis takes from minutes to hours ...", flush=True)
    wait_until(table, lambda found: found["TableStatus"] == "ACTIVE")


def wait_until(table: str, is_so: Callable[[Any], bool]) -> None:
    dynamodb = boto3.client("dynamodb")
    while not is_so(dynamodb.describe_table(TableName=table)["Table"]):
        time.sleep(SECONDS_BETWEEN_LOOKS)
