"""Tables, queue and bucket as template.yaml describes them, made one by one."""

import uuid
from typing import Any

import boto3
import yaml
from tests.support.examples import ROOT

from orders.local.lambda_.template import CloudFormationLoader


def described(resource: str) -> dict[str, Any]:
    """A resource's properties in the template."""
    document = yaml.load((ROOT / "template.yaml").read_text(encoding="utf-8"), Loader=CloudFormationLoader)
    properties: dict[str, Any] = document["Resources"][resource]["Properties"]
    return properties


def new_table() -> str:
    """A fresh table with the keys, indexes and stream of the orders' table; its name."""
    return _new_table("orders", "OrderTable")


def new_count_table() -> str:
    """A fresh table for counts; its name."""
    return _new_table("counts", "CountTable")


def new_event_table() -> str:
    """A fresh table for events and webhooks; its name."""
    return _new_table("events", "EventTable")


def expiring(table: str) -> str:
    """The table, told to delete items after their time, as the template says."""
    expiry = described("OrderTable")["TimeToLiveSpecification"]
    boto3.client("dynamodb").update_time_to_live(TableName=table, TimeToLiveSpecification=expiry)
    return table


def new_event_bus() -> str:
    """A fresh event bus; its name."""
    name = f"bus-{uuid.uuid4()}"
    boto3.client("events").create_event_bus(Name=name)
    return name


def _new_table(prefix: str, resource: str) -> str:
    described_table, name = described(resource), f"{prefix}-{uuid.uuid4()}"
    keys = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
    wanted = {key: described_table[key] for key in keys if key in described_table}
    if indexes := wanted.get("GlobalSecondaryIndexes"):
        wanted["GlobalSecondaryIndexes"] = [without_warmth(index) for index in indexes]
    if stream := described_table.get("StreamSpecification"):
        wanted["StreamSpecification"] = stream | {"StreamEnabled": True}  # as CloudFormation adds
    boto3.client("dynamodb").create_table(TableName=name, **wanted)
    return name


def without_warmth(index: dict[str, Any]) -> dict[str, Any]:
    """The index with the throughput that DynamoDB gives it by itself, as by default."""
    return {key: value for key, value in index.items() if key != "WarmThroughput"}


def new_queue(prefix: str = "orders") -> str:
    """A fresh queue; its URL."""
    return str(boto3.client("sqs").create_queue(QueueName=f"{prefix}-{uuid.uuid4()}")["QueueUrl"])


def new_configuration_set() -> str:
    """A fresh configuration set of SES; its name."""
    name = f"mails-{uuid.uuid4()}"
    boto3.client("sesv2").create_configuration_set(ConfigurationSetName=name)
    return name


def new_sender() -> str:
    """The address of a fresh sender whom SES lets send."""
    sender = f"receipts@{uuid.uuid4()}.example"
    boto3.client("sesv2").create_email_identity(EmailIdentity=sender)
    return sender


def new_bucket() -> str:
    """A fresh bucket that keeps versions; its name."""
    name, s3 = f"receipts-{uuid.uuid4()}", boto3.client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


def new_api_key() -> str:
    """A fresh API key; its id."""
    return str(boto3.client("apigateway").create_api_key(name=f"key-{uuid.uuid4()}", enabled=True)["id"])
