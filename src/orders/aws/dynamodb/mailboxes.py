"""The mailboxes that got e-mail lately: an item for each in the table of the counts, which expires after the hour.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
"""

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from orders.aws import errors as faults
from orders.order import mailbox
from orders.order.mailbox import HOUR, Mailbox

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient


class Mailboxes:
    """The mailboxes in the table of this name. Its other keys are minutes (`orders.aws.dynamodb.counting`)."""

    def __init__(self, name: str, client: "DynamoDBClient") -> None:
        self._name = name
        self._client = client

    def read(self, key: str) -> Mailbox:
        with faults.errors_translated("counts"):
            answer = self._client.get_item(TableName=self._name, Key=_key(key), ConsistentRead=True)
        item = answer.get("Item")
        return (
            Mailbox(key, mailbox.from_text(item["entries"]["S"]), int(item["revision"]["N"])) if item else Mailbox(key)
        )

    def count(self, before: Mailbox, after: Mailbox) -> Mailbox:
        """As the port says. A resent call may be refused because its own first sending took effect."""
        with faults.errors_translated("counts"):
            try:
                self._client.put_item(
                    TableName=self._name,
                    Item=_item(after),
                    ConditionExpression="attribute_not_exists(revision) OR revision = :before",
                    ExpressionAttributeValues={":before": {"N": str(before.revision)}},
                )
            except ClientError as error:
                faults.held(error)
                return self.read(after.key)
        return after


def _key(key: str) -> dict[str, Any]:
    return {"minute": {"S": f"mailbox {key}"}}


def _item(after: Mailbox) -> dict[str, Any]:
    forgotten_at = after.entries[-1][1] + 2 * HOUR
    return {
        **_key(after.key),
        "entries": {"S": mailbox.to_text(after.entries)},
        "revision": {"N": str(after.revision)},
        "expiresAt": {"N": str(int(forgotten_at.timestamp()))},
    }
