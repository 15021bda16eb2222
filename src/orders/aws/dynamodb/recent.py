"""The batches at the end of the feed that one function has looked at, so that it looks at each only once."""

from collections import deque
from datetime import UTC, datetime, timedelta

from orders.aws.dynamodb.batch_reader import BatchReader
from orders.aws.dynamodb.event_batches import Batch

_KEPT = timedelta(minutes=5)
_FORGOTTEN_AFTER = timedelta(hours=1)
"""A function that was idle so long begins anew. Meanwhile an empty feed may have begun anew, too, at other numbers."""

_RESTORED_AFTER = timedelta(minutes=1)
"""To delete a table and to restore it takes longer."""


class Recent:
    """Consecutive batches, up to the newest one at the last look, and the keys of their events."""

    def __init__(self, reader: BatchReader) -> None:
        self._reader = reader
        self._batches = deque[Batch]()
        self._keys = dict[bytes, int]()
        self._looked_at = datetime.min.replace(tzinfo=UTC)

    def __contains__(self, key: bytes) -> bool:
        return key in self._keys

    @property
    def newest(self) -> Batch | None:
        return self._batches[-1] if self._batches else None

    def look(self, since: datetime, now: datetime) -> None:
        """Look at every batch that was appended since then, and at all that came after the last look."""
        if self.newest and now - self.newest.appended_at > _FORGOTTEN_AFTER:
            self._begin_anew()
        self._look_forward(now)
        if not self.newest and (newest := self._reader.newest()):
            self.add(newest)
        self._look_back(since)
        self._forget(since - _KEPT)

    def add(self, batch: Batch) -> None:
        """The next batch, as it was stored."""
        self._batches.append(batch)
        self._keys |= dict.fromkeys(batch.all_keys(), batch.number)

    def _look_forward(self, now: datetime) -> None:
        """Look at what came since. After a pause, the newest batch must still be there: a table may have been restored.

        Whoever appended behind a batch that is lost would leave a gap, over which nobody reads on.
        """
        is_certain, self._looked_at = now - self._looked_at < _RESTORED_AFTER, now
        if not self.newest:
            return
        known = self.newest
        batches = self._reader.keys_forward(known.next_number if is_certain else known.number)
        if not is_certain and ((found := next(batches, None)) is None or found.keys != known.keys):
            self._begin_anew()
            return
        for batch in batches:
            self.add(batch)

    def _begin_anew(self) -> None:
        self._batches.clear()
        self._keys.clear()

    def _look_back(self, since: datetime) -> None:
        """The times of the batches never go back, so the first that is earlier ends the search."""
        if not self._batches or self._batches[0].appended_at < since:
            return
        for batch in self._reader.keys_backward(self._batches[0].number):
            self._batches.appendleft(batch)
            self._keys |= dict.fromkeys(batch.all_keys(), batch.number)
            if batch.appended_at < since:
                return

    def _forget(self, until: datetime) -> None:
        while len(self._batches) > 1 and self._batches[1].appended_at < until:
            batch = self._batches.popleft()
            for key in batch.all_keys():
                if self._keys.get(key) == batch.number:
                    del self._keys[key]
