"""The AWS edition: the ports on DynamoDB, SQS, S3 and SES."""

import os
from datetime import timedelta
from typing import cast

from orders.aws import clients  # its `dynamodb` has the name of a package here
from orders.aws.bucket import S3Bucket
from orders.aws.doorbell import SqsDoorbell
from orders.aws.dynamodb.counting import CountTable
from orders.aws.dynamodb.feed import DynamoFeed
from orders.aws.dynamodb.item import SHARDS
from orders.aws.dynamodb.recording import Recorder
from orders.aws.dynamodb.table import DynamoTable
from orders.aws.dynamodb.webhooks import DynamoWebhooks
from orders.aws.event_bus import EventBridgeBus
from orders.aws.mailer import SesMailer
from orders.aws.missing import Missing
from orders.aws.public_api import PublicApi
from orders.aws.queue import SqsQueue
from orders.ports import Bucket, Mailer, Outside, Queue
from orders.ports.events import Doorbell, EventPorts, Sender

__all__ = ["PublicApi", "connect", "connect_events", "counts", "recorder"]


def connect() -> Outside:
    """The outside world of a function: the tables, queues and bucket that template.yaml names in its environment.

    A function whose environment names no queue or no bucket uses none, and spends no time on a client for it. Only a
    function whose environment names a configuration set of SES sends e-mail.
    """
    queue, slow_queue = os.environ.get("ORDERS_QUEUE"), os.environ.get("ORDERS_SLOW_QUEUE")
    bucket = os.environ.get("ORDERS_BUCKET")
    mail_queue, mails = os.environ.get("ORDERS_MAIL_QUEUE"), os.environ.get("ORDERS_CONFIGURATION_SET")
    return Outside(
        table=DynamoTable(os.environ["ORDERS_TABLE"], os.environ.get("ORDERS_COUNTS"), _shards()),
        queue=SqsQueue(queue) if queue else cast("Queue", Missing("ORDERS_QUEUE")),
        slow_queue=SqsQueue(slow_queue) if slow_queue else cast("Queue", Missing("ORDERS_SLOW_QUEUE")),
        bucket=S3Bucket(bucket) if bucket else cast("Bucket", Missing("ORDERS_BUCKET")),
        mail_queue=SqsQueue(mail_queue) if mail_queue else None,
        mailer=SesMailer(mails, _mail_senders()) if mails else cast("Mailer", Missing("ORDERS_CONFIGURATION_SET")),
        link_lifetime=_link_lifetime(),
    )


def _mail_senders() -> int:
    return int(os.environ.get("ORDERS_MAIL_SENDERS", "1"))


def _link_lifetime() -> timedelta:
    seconds = os.environ.get("ORDERS_LINK_SECONDS")
    return timedelta(seconds=int(seconds)) if seconds else cast("timedelta", Missing("ORDERS_LINK_SECONDS"))


def _shards() -> int:
    """A function that writes no order has no such setting."""
    return int(os.environ.get("ORDERS_INDEX_SHARDS", SHARDS))


def counts() -> CountTable:
    """The counts, for the function that adds to them."""
    return CountTable(os.environ["ORDERS_COUNTS"], clients.dynamodb())


def connect_events(sender: Sender) -> EventPorts:
    """The feed and the webhooks, in the table of events that template.yaml names in a function's environment.

    A function whose environment names no queue of webhooks notifies nobody. Only one whose environment names an event
    bus publishes there, or has it published.
    """
    name, client = os.environ["ORDERS_EVENTS"], clients.dynamodb()
    queue, bus = os.environ.get("ORDERS_WEBHOOK_QUEUE"), os.environ.get("ORDERS_EVENT_BUS")
    return EventPorts(
        feed=DynamoFeed(name, client),
        webhooks=DynamoWebhooks(name, client),
        sender=sender,
        doorbell=SqsDoorbell(queue) if queue else cast("Doorbell", Missing("ORDERS_WEBHOOK_QUEUE")),
        bus=EventBridgeBus(bus) if bus else None,
    )


def recorder() -> Recorder:
    """The end of the feed, for the function that appends to it."""
    return Recorder(os.environ["ORDERS_EVENTS"], clients.dynamodb())
