"""The version to come, as a run has it: where it is at work, and what it writes that this one does not know."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.newer import EVERYWHERE, Novelty, a_schema_version, an_attribute
from tests.simulation.scheduler import Milliseconds

from orders import record
from orders.row import Row

NOVELTIES: tuple[Novelty, ...] = (*EVERYWHERE, an_attribute)


@dataclass
class NextVersion:
    """`is_at_work` tells of a function and an instant whether new sandboxes of it have this version's code.

    The world keeps the rows as this version knows them, and here whose row the next one wrote last.
    """

    is_at_work: Callable[[str, Milliseconds], bool] = lambda _function, _at: False
    novelty: Novelty = a_schema_version
    rows: set[str] = field(default_factory=set)

    def read_by_an_older_one(self, row: Row) -> Row:
        """What becomes of the row in the hands of the code under test."""
        if row.order_id not in self.rows:
            return row
        return record.to_row(self.novelty(record.from_row(row)))
