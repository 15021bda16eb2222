"""SQL for the orders that wait for a task: find those that are due, and set when they are due next."""

from dataclasses import dataclass
from typing import Self

from orders.local.sqlite.writer import Statement, rows_named
from orders.order.due import Task

FIRST = ("", 0)
"""A position before every order."""

_DUE_WHERE = """
SELECT * FROM (
    SELECT orderId, {{since}}, {{due}} AS due, rowid AS number FROM orders
    WHERE {{due}} {range} AND ({{due}}, rowid) > (:due, :number) ORDER BY {{due}}, rowid LIMIT :limit
)
"""
_DUE = f"""
{_DUE_WHERE.format(range="<= :now")} UNION ALL {_DUE_WHERE.format(range="> :farthest")}
ORDER BY due, number LIMIT :limit
"""
_POSTPONE = "UPDATE orders SET {due} = new.due FROM {new} AS new WHERE orderId = new.id AND {due} IS NOT NULL"
_ALL_DUE = "UPDATE orders SET {due} = new.due FROM {new} AS new WHERE {due} > new.due"


@dataclass(frozen=True, slots=True)
class Waiting:
    """`due` finds at most `:limit` orders, `postpone` sets when each is due, `all_due` that all are at an instant.

    `due` finds orders that are due by `:now`, or later than `:farthest`. It starts behind the position `:due`,
    `:number`: the last two columns of the last row that the query before it found.
    """

    due: str
    postpone: Statement
    all_due: Statement

    @classmethod
    def of(cls, task: Task) -> Self:
        due = task.due_field
        return cls(
            _DUE.format(due=due, since=task.since_field),
            Statement(_POSTPONE.format(due=due, new=rows_named("id", "due")), 2),
            Statement(_ALL_DUE.format(due=due, new=rows_named("due")), 1),
        )


WAITING = {task: Waiting.of(task) for task in Task}
