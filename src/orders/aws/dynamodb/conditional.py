"""Writes with conditions. While another write is under way on the same items, DynamoDB refuses one: it is repeated.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling
"""

import secrets
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from orders.aws import errors as faults
from orders.aws import pauses
from orders.order.errors import Unavailable

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

MOST_WRITES = 100
"""The most items of one transaction."""
PATIENCE = 5.0
"""No new attempt begins so many seconds after the first. Twice this fits into the time of every function."""
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.5
_REFUSED = "ConditionalCheckFailed"
_PASSING = frozenset({"None", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
"""The reasons for which a transaction was cancelled, and which are over in a moment."""

Write = dict[str, Any]
"""One write of a transaction, as DynamoDB has it: `{"Put": {"TableName": ..., "Item": ...}}`."""


def put(client: "DynamoDBClient", **call: Any) -> bool:
    """Whether the condition held. A resent call may be refused because its own first sending took effect."""
    return not _refused_by(lambda: client.put_item(**call))


def refused(client: "DynamoDBClient", writes: Sequence[Any]) -> Sequence[int]:
    """Make all of these writes in one, or none of them: then return the positions of those whose conditions failed.

    A resent call has the token of the first. DynamoDB makes it once, and answers both alike.

    Raises:
        Unavailable: nobody knows whether they were made; or, until the patience ended, others changed the same items.
    """
    token = secrets.token_hex(16)
    return _refused_by(lambda: client.transact_write_items(TransactItems=writes, ClientRequestToken=token))


def _refused_by(call: Callable[[], object]) -> Sequence[int]:
    until = time.monotonic() + PATIENCE
    for pause in pauses.growing(FIRST_PAUSE, LONGEST_PAUSE):
        with faults.errors_translated("table"):
            try:
                call()
            except ClientError as error:
                if positions := _positions(error):
                    return positions
                if not _is_passing(error):
                    raise
            else:
                return ()
        if time.monotonic() + pause > until:
            break
        time.sleep(pause)
    raise Unavailable("table: others write the same rows at the same time")


def _positions(error: ClientError) -> Sequence[int]:
    """Which of the writes were refused by their conditions."""
    if faults.code(error) == "ConditionalCheckFailedException":
        return [0]
    return [position for position, reason in enumerate(_reasons(error)) if reason == _REFUSED]


def _is_passing(error: ClientError) -> bool:
    if faults.code(error) == "TransactionConflictException":
        return True
    reasons = _reasons(error)
    return bool(reasons) and _PASSING.issuperset(reasons)


def _reasons(error: ClientError) -> list[str]:
    """Why each write of a cancelled transaction was refused; empty for any other error."""
    response: Any = error.response
    return [str(reason["Code"]) for reason in response.get("CancellationReasons", ())]
