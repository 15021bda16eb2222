"""The version to come, as a run has it: where it is at work, and what it writes that this one does not know."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.simulation.scheduler import Milliseconds
from tests.support.newer import EVERYWHERE, Novelty, Record, a_state, a_state_of_the_mail, an_attribute

from orders.order import record
from orders.order.order import Order

NOVELTIES = (*EVERYWHERE, an_attribute)


@dataclass
class NextVersion:
    """`is_at_work` tells of a function and an instant whether new sandboxes of it have this version's code.

    The world keeps the rows as this version knows them, and here whose row the next one wrote last.
    """

    is_at_work: Callable[[str, Milliseconds], bool] = lambda _function, _at: False
    rows: set[str] = field(default_factory=set)

    def kept(self, row: Order) -> Record:
        """The row's record, with what this version does not know where the next one wrote it: something else each."""
        known = record.from_order(row)
        if row.order_id not in self.rows:
            return known
        return _novelty(row.order_id)(known)

    def hides_state(self, row_id: str) -> bool:
        """Whether it has written a state into this row, or into its e-mail, that this version does not know."""
        return row_id in self.rows and _novelty(row_id) in {a_state, a_state_of_the_mail}

    def read_by_an_older_one(self, row: Order) -> Order:
        """What becomes of the row in the hands of the code under test."""
        return record.to_order(self.kept(row)) if row.order_id in self.rows else row


def _novelty(row_id: str) -> Novelty:
    return NOVELTIES[zlib.crc32(row_id.encode()) % len(NOVELTIES)]
