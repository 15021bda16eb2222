"""`make delete`: delete the stack, with or without its orders, receipts and operators."""

import subprocess
from contextlib import suppress
from dataclasses import dataclass

import boto3
import hosting
from botocore.exceptions import ClientError
from stage import Refused, Stage


@dataclass(frozen=True)
class Held:
    """The names of the stack's table, bucket and pool of operators, of the page's bucket, and of the table of events.

    A name is None if the stack has no such resource, for example because its creation failed.
    """

    table: str | None
    bucket: str | None
    pool: str | None
    page: str | None
    events: str | None = None


def delete(stage: Stage, *, with_data: bool, confirmed: str) -> None:
    """Delete the stack, whatever state it is in.

    Raises:
        Refused: nothing was deleted, because a table is protected, the receipts are locked, or a careful or protected
            stage was not confirmed.
    """
    protected = stage.refuses_deletion()
    held = held_data(stage)
    if with_data:
        refuse_kept(stage, held)
    if stage.careful or protected:
        release(stage, with_data=with_data, confirmed=confirmed)
    print(f"Deleting {stage.stack} ...", flush=True)
    if held.page:
        hosting.empty(held.page)  # CloudFormation deletes no bucket with files in it
    sam = [*stage.sam("delete"), "--no-prompts", "--stack-name", stage.stack]
    done = subprocess.run(sam, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise Refused(f"{done.stdout}\n{stage.stack} could not be deleted.")
    if with_data:
        delete_data(held)
        print("Everything of this stage is gone.")
    elif held.table or held.bucket:
        print(
            "The stack is gone. Its data remains, and costs its storage only. You can delete"
            "\nit in the consoles of DynamoDB, S3 and Cognito:"
            f"\n  TABLE=     {held.table}\n  BUCKET=    {held.bucket}\n  EVENTS=    {held.events}"
            f"\n  POOL=      {held.pool}\nTo make a new stack of it: make adopt"
        )


def refuse_kept(stage: Stage, held: Held) -> None:
    """Refuse to delete data of which AWS would keep a part.

    Raises:
        Refused: a table is protected, or the receipts are locked.
    """
    if protected := [table for table in (held.table, held.events) if table and is_protected(table)]:
        raise Refused(
            f"{stage.name} is protected (table {' and table '.join(protected)}), so nothing was deleted. To release it,"
            f" write DeletionProtection=false\ninto its parameter_overrides in samconfig.toml, then"
            f" {stage.verb('deploy')}."
        )
    if held.bucket and is_locked(held.bucket):
        raise Refused(
            f"The receipts of {stage.name} are locked (Object Lock), so nothing was deleted. To delete the stack and"
            f"\nkeep its data: {stage.verb('delete')} without WITH_DATA."
        )


def release(stage: Stage, *, with_data: bool, confirmed: str) -> None:
    """Let CloudFormation delete the stack if it was named.

    Raises:
        Refused: it was not.
    """
    if confirmed != stage.stack:
        raise Refused(
            f"This deletes the API of {stage.name} for good, with its address and key. To go on, name the stack:\n"
            f"  {stage.verb('delete')} CONFIRM={stage.stack}{' WITH_DATA=yes' if with_data else ''}"
        )
    boto3.client("cloudformation").update_termination_protection(
        StackName=stage.stack, EnableTerminationProtection=False
    )


def held_data(stage: Stage) -> Held:
    names = {resource["LogicalResourceId"]: resource.get("PhysicalResourceId") for resource in stage.resources()}
    return Held(
        names.get("OrderTable"),
        names.get("ReceiptBucket"),
        names.get("OperatorPool"),
        names.get("PageBucket"),
        names.get("EventTable"),
    )


def is_protected(table: str) -> bool:
    """Whether DynamoDB refuses to delete the table. It has nothing to refuse if the table is gone."""
    dynamodb = boto3.client("dynamodb")
    try:
        description = dynamodb.describe_table(TableName=table)["Table"]
    except dynamodb.exceptions.ResourceNotFoundException:
        return False
    return bool(description.get("DeletionProtectionEnabled"))


def is_locked(bucket: str) -> bool:
    """Whether the bucket has, or once had, Object Lock: it keeps that for ever, and some receipts until their time.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLockConfiguration.html
    """
    try:
        found = boto3.client("s3").get_object_lock_configuration(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ObjectLockConfigurationNotFoundError":
            raise
        return False
    return found["ObjectLockConfiguration"].get("ObjectLockEnabled") == "Enabled"


def delete_table(table: str) -> None:
    """Delete a table, if it is there: somebody may have deleted it before."""
    dynamodb = boto3.client("dynamodb")
    with suppress(dynamodb.exceptions.ResourceNotFoundException):
        dynamodb.delete_table(TableName=table)


def delete_data(held: Held) -> None:
    for table, what in ((held.table, "orders"), (held.events, "events and webhooks")):
        if table:
            print(f"Deleting the {what} ...", flush=True)
            delete_table(table)
    if held.bucket:
        print("Deleting the receipts ...", flush=True)
        receipts = boto3.resource("s3").Bucket(held.bucket)
        receipts.object_versions.delete()
        receipts.delete()
    if held.pool:
        print("Deleting the operators ...", flush=True)
        boto3.client("cognito-idp").delete_user_pool(UserPoolId=held.pool)
