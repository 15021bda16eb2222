"""The doorbell on SQS: a message carries nothing but the order's id."""

from collections.abc import Iterator, Sequence

from orders.aws import faults
from orders.aws.clients import sqs
from orders.errors import Unavailable

MESSAGES_A_CALL = 10
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html"""


class SqsDoorbell:
    """`orders.ports.Queue` on the queue with this URL."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = sqs()

    def ring(self, order_ids: Sequence[str]) -> None:
        for part in _parts(order_ids):
            with faults.told_apart("queue"):
                if len(part) == 1:
                    self._client.send_message(QueueUrl=self._url, MessageBody=part[0])
                else:
                    self._ring_several(part)

    def depth(self) -> int:
        with faults.told_apart("queue"):
            answer = self._client.get_queue_attributes(
                QueueUrl=self._url,
                AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
            )
        return sum(map(int, answer["Attributes"].values()))

    def _ring_several(self, order_ids: Sequence[str]) -> None:
        answer = self._client.send_message_batch(
            QueueUrl=self._url,
            Entries=[{"Id": str(number), "MessageBody": order_id} for number, order_id in enumerate(order_ids)],
        )
        if failed := answer.get("Failed"):
            raise Unavailable(f"queue: {len(failed)} of {len(order_ids)} messages not taken, {failed[0]['Code']}")


def _parts(order_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(order_ids), MESSAGES_A_CALL):
        yield order_ids[start : start + MESSAGES_A_CALL]
