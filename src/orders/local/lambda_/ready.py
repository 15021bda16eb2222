"""The messages of a queue in memory that can be received, and which of them comes next."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from orders.order.errors import Unavailable

CAPACITY = 50_000
"""Further messages are dropped. The table still has their orders, and Sweep sends messages for them again."""


@dataclass(slots=True)
class Message:
    body: str
    sent_at: float
    message_id: str = ""
    receives: int = 0
    visible_at: float = 0.0


class Ready:
    """Takes messages from both ends, the newest and the oldest in turn.

    So a new order does not wait behind a backlog, and the backlog gets half of the work. Messages that Sweep sent again
    are kept apart: a sweep makes thousands of them at once, and they would bury the new ones. Not thread-safe.
    """

    def __init__(self) -> None:
        self._new: deque[Message] = deque()
        self._again: deque[Message] = deque()
        self._newest_is_next = True

    def __len__(self) -> int:
        return len(self._new) + len(self._again)

    def add(self, message: Message) -> bool:
        """Add a message. Returns whether a message was dropped: another one to make room, or this one.

        To make room, the newest message that Sweep sent is dropped, which would come last. If there is none, this
        message is dropped.
        """
        is_full = len(self) >= CAPACITY
        if is_full and not self._again:
            return True
        if is_full:
            self._again.pop()
        self._new.append(message)
        return is_full

    def add_again(self, messages: Sequence[Message]) -> None:
        """Add messages that Sweep sends again.

        Raises:
            Unavailable: there is no room for all of them; none was added.
        """
        if len(self) + len(messages) > CAPACITY:
            raise Unavailable("the queue in memory is full")
        self._again.extend(messages)

    def put_back(self, message: Message) -> None:
        """Add a message that was received before. It is never dropped: its receives must be counted on."""
        self._new.appendleft(message)

    def take(self) -> Message:
        """Remove and return the next message. There must be one."""
        newest, self._newest_is_next = self._newest_is_next, not self._newest_is_next
        return self._new.pop() if newest and self._new else self._oldest().popleft()

    def take_all(self) -> list[Message]:
        """Remove and return all messages."""
        messages = [*self._new, *self._again]
        self._new.clear()
        self._again.clear()
        return messages

    def _oldest(self) -> deque[Message]:
        """Where the oldest message is."""
        if self._new and (not self._again or self._new[0].sent_at <= self._again[0].sent_at):
            return self._new
        return self._again
