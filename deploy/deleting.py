"""`make delete`: take the stack off AWS, with or without the orders and receipts in it."""

import subprocess

import boto3
from stage import Refused, Stage


def delete(stage: Stage, *, with_data: bool, confirmed: str) -> None:
    """Delete the stack, whatever state it is in.

    Raises:
        Refused: nobody said that a careful stage is meant, or its table is protected; nothing was deleted.
    """
    stage.status()
    table, bucket = held_data(stage)
    if with_data and table and is_protected(table):
        raise Refused(
            f"The table of {stage.name} is protected, and nothing was deleted. To release it, write"
            f" DeletionProtection=false\ninto its parameter_overrides in samconfig.toml, then {stage.verb('deploy')}."
        )
    if stage.careful and confirmed != stage.stack:
        raise Refused(
            f"This ends the API of {stage.name}, its address and its key for good. To go on, name the stack:\n"
            f"  {stage.verb('delete')} CONFIRM={stage.stack}{' WITH_DATA=yes' if with_data else ''}"
        )
    print(f"Deleting {stage.stack} ...", flush=True)
    sam = [*stage.sam("delete"), "--no-prompts", "--stack-name", stage.stack]
    done = subprocess.run(sam, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise Refused(f"{done.stdout}\n{stage.stack} could not be deleted.")
    if with_data:
        delete_data(table, bucket)
        print("Everything of this stage is gone.")
    elif table or bucket:
        print(
            "Gone, but for what holds data. It costs nothing but its storage, and can be deleted in the consoles of"
            f"\nDynamoDB and S3:\n  table   {table}\n  bucket  {bucket}"
        )


def held_data(stage: Stage) -> tuple[str | None, str | None]:
    """The names of the table and the bucket, as far as the stack came."""
    found = boto3.client("cloudformation").describe_stack_resources(StackName=stage.stack)["StackResources"]
    names = {resource["LogicalResourceId"]: resource.get("PhysicalResourceId") for resource in found}
    return names.get("OrderTable"), names.get("ReceiptBucket")


def is_protected(table: str) -> bool:
    description = boto3.client("dynamodb").describe_table(TableName=table)["Table"]
    return bool(description.get("DeletionProtectionEnabled"))


def delete_data(table: str | None, bucket: str | None) -> None:
    if table:
        print("Deleting the orders ...", flush=True)
        boto3.client("dynamodb").delete_table(TableName=table)
    if bucket:
        print("Deleting the receipts ...", flush=True)
        receipts = boto3.resource("s3").Bucket(bucket)
        receipts.object_versions.delete()
        receipts.delete()
