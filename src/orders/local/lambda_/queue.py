"""A queue in memory with the semantics of SQS: visibility timeout, receive count, dead-letter queue, in no fixed order.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
"""

import logging
import threading
import time
import uuid
from collections.abc import Callable, Sequence

from orders.local.lambda_.ready import Message, Ready
from orders.local.minutely import Minutely

log = logging.getLogger(__name__)


class MemoryQueue:
    """One queue. Times are seconds of `clock`; `visibility` is how long a received message stays hidden."""

    def __init__(
        self,
        visibility: float,
        max_receives: int | None = None,
        dead_letter: "MemoryQueue | None" = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._visibility = visibility
        self._max_receives = max_receives
        self._dead_letter = dead_letter
        self._clock = clock
        self._ready = Ready()
        self._dropped = Minutely(log, "Dropped messages; Sweep sends them again", clock)
        self._hidden: dict[int, Message] = {}  # by receipt handle; the first received is the first to be visible again
        self._last_handle = 0
        lock = threading.RLock()
        self._changed, self._grown = threading.Condition(lock), threading.Condition(lock)  # the latter for a backlog
        self._closed = False

    def depth(self) -> int:
        """How many messages there are, hidden ones too."""
        with self._changed:
            return len(self._ready) + len(self._hidden)

    def send(self, bodies: Sequence[str]) -> None:
        """Add messages. If there is no room, some are dropped, as `Ready.add` has it, and the log says how many."""
        with self._changed:
            now = self._clock()
            if dropped := sum(self._ready.add(Message(body, now)) for body in bodies):
                self._dropped.add("the queue in memory is full", dropped)
            self._tell(len(bodies))

    def send_again(self, bodies: Sequence[str]) -> None:
        """Add messages that are the first to be dropped when there is no room.

        Raises:
            Unavailable: the queue is full; none was added.
        """
        with self._changed:
            now = self._clock()
            self._ready.add_again([Message(body, now) for body in bodies])
            self._tell(len(bodies))

    def receive(self, most: int, backlog: int = 0) -> list[tuple[int, Message]]:
        """Wait for messages, hide them and return them with their receipt handles. A closed queue returns none.

        Whoever waits for a `backlog` gets messages only when more than so many can be received.
        """
        with self._changed:
            while not self._closed:
                self._reveal()
                if len(self._ready) > backlog:
                    return self._take(most)
                (self._grown if backlog else self._changed).wait(self._until_next_visible())
            return []

    def visible(self) -> int:
        """How many messages can be received now."""
        with self._changed:
            self._reveal()
            return len(self._ready)

    def take_all(self) -> list[str]:
        """Remove and return the bodies of all messages that can be received now."""
        with self._changed:
            return [message.body for message in self._ready.take_all()]

    def delete(self, handle: int) -> None:
        """Delete a received message. This has no effect if it has become visible again."""
        with self._changed:
            self._hidden.pop(handle, None)

    def close(self) -> None:
        """End every call of `receive`, now and later."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            self._grown.notify_all()

    def _take(self, most: int) -> list[tuple[int, Message]]:
        received: list[tuple[int, Message]] = []
        while self._ready and len(received) < most:
            message = self._ready.take()
            message.receives += 1
            message.message_id = message.message_id or str(uuid.uuid4())
            message.visible_at = self._clock() + self._visibility
            self._last_handle += 1
            self._hidden[self._last_handle] = message
            received.append((self._last_handle, message))
        return received

    def _tell(self, messages: int) -> None:
        """Wake those who wait for messages. One message alone is no backlog."""
        self._changed.notify(messages)
        if len(self._ready) > 1:
            self._grown.notify_all()

    def _give_up(self, message: Message) -> None:
        if self._dead_letter:
            self._dead_letter._adopt(message)

    def _adopt(self, message: Message) -> None:
        """Take over a message of another queue. A queue that no function reads keeps no more than it has room for."""
        message.receives = 0
        with self._changed:
            self._ready.add(message)
            self._tell(1)

    def _reveal(self) -> None:
        now = self._clock()
        self._dropped.look()
        while self._hidden:
            handle, message = next(iter(self._hidden.items()))
            if message.visible_at > now:
                break
            del self._hidden[handle]
            if self._max_receives and message.receives >= self._max_receives:
                self._give_up(message)
            else:
                self._ready.put_back(message)

    def _until_next_visible(self) -> float | None:
        for message in self._hidden.values():
            return max(0.0, message.visible_at - self._clock())
        return None


class Doorbell:
    """`orders.ports.Queue` on a queue in memory."""

    def __init__(self, queue: MemoryQueue) -> None:
        self._queue = queue

    def notify(self, order_ids: Sequence[str]) -> None:
        self._queue.send(order_ids)

    def requeue(self, order_ids: Sequence[str]) -> None:
        self._queue.send_again(order_ids)

    def depth(self) -> int:
        return self._queue.depth()
