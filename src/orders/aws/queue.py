"""The queue on SQS: a message carries nothing but the order's id."""

from collections.abc import Sequence
from itertools import repeat
from typing import Any

from orders.aws import errors as faults
from orders.aws.clients import sqs
from orders.aws.threads import Threads
from orders.order.errors import Unavailable

MESSAGES_A_CALL = 10
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html"""
CALLS_AT_ONCE = 10


class SqsQueue:
    """`orders.ports.Queue` on the queue with this URL."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = sqs()
        self._threads = Threads(CALLS_AT_ONCE, thread_name_prefix="queue")

    def notify(self, order_ids: Sequence[str], delay: int = 0) -> None:
        """As the port says. Ten messages a call, several calls at the same time. They come after `delay` seconds."""
        parts = _parts(order_ids)
        send = self._threads.map if len(parts) > 1 else map
        list(send(self._send_part, parts, repeat(delay)))

    def requeue(self, order_ids: Sequence[str]) -> None:
        """As `notify`: SQS has room for all."""
        self.notify(order_ids)

    def depth(self) -> int:
        with faults.errors_translated("queue"):
            answer = self._client.get_queue_attributes(
                QueueUrl=self._url,
                AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
            )
        return sum(map(int, answer["Attributes"].values()))

    def _send_part(self, order_ids: Sequence[str], delay: int) -> None:
        with faults.errors_translated("queue"):
            if len(order_ids) == 1:
                self._client.send_message(QueueUrl=self._url, MessageBody=order_ids[0], **_delayed(delay))
            else:
                self._send_several(order_ids, delay)

    def _send_several(self, order_ids: Sequence[str], delay: int) -> None:
        more = _delayed(delay)
        entries: Any = [{"Id": str(number), "MessageBody": each, **more} for number, each in enumerate(order_ids)]
        answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
        if failed := answer.get("Failed"):
            raise Unavailable(f"queue: {len(failed)} of {len(order_ids)} messages not taken, {failed[0]['Code']}")


def _parts(order_ids: Sequence[str]) -> list[Sequence[str]]:
    return [order_ids[start : start + MESSAGES_A_CALL] for start in range(0, len(order_ids), MESSAGES_A_CALL)]


def _delayed(seconds: int) -> Any:
    return {"DelaySeconds": seconds} if seconds else {}
