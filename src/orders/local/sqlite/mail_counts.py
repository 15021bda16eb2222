"""Counts the e-mails by state, in the transaction that moves them: `counts` has a row `mail SENT`, and so on.

To count them when somebody asks would take a look at every order. An addition to format 6: an older program ignores
these counts, and the triggers keep them right meanwhile.
"""

import sqlite3

from orders.order.delivery import Addressee

COUNTED = "mail "
"""Before the state, in the name of a count."""

_STATUS = "CASE WHEN json_valid({mail}) THEN json_extract({mail}, '{path}') END"
_PATHS = {Addressee.CUSTOMER: "$.status", Addressee.COPY: f"$.{Addressee.COPY}.status"}


def _statuses(mail: str, change: int) -> str:
    """The state of each e-mail in a column `mail`, as a SELECT of states and changes."""
    each = (f"SELECT {_STATUS.format(mail=mail, path=path)} AS status, {change} AS change" for path in _PATHS.values())
    return " UNION ALL ".join(each)


def _counted(statuses: str) -> str:
    return f"""
    INSERT INTO counts
        SELECT '', '{COUNTED}' || status, sum(change) FROM ({statuses})
        WHERE status IS NOT NULL GROUP BY status HAVING sum(change) <> 0
        ON CONFLICT DO UPDATE SET number = number + excluded.number;
    """


_EVERY = " UNION ALL ".join(
    f"SELECT {_STATUS.format(mail='mail', path=path)} AS status, 1 AS change FROM orders" for path in _PATHS.values()
)
_IS_COUNTED = "EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = 'mailMoved')"
EACH = f"""
SELECT '{COUNTED}' || status AS name, change AS number FROM ({_EVERY}) WHERE status IS NOT NULL AND {_IS_COUNTED}
"""
"""The name of the count in which each e-mail of each order is counted. In a file that does not count them, none is."""
_COUNT = f"""
CREATE TRIGGER mailMoved AFTER UPDATE OF mail ON orders WHEN old.mail IS NOT new.mail BEGIN
    {_counted(f"{_statuses('old.mail', -1)} UNION ALL {_statuses('new.mail', 1)}")}
END;
CREATE TRIGGER mailAdded AFTER INSERT ON orders WHEN new.mail IS NOT NULL BEGIN
    {_counted(_statuses("new.mail", 1))}
END;
{_counted(_EVERY)}
"""


def add_mail_counts(connection: sqlite3.Connection) -> None:
    """Count the e-mails of a file of today's format from now on, unless they already are. Looks at every order once."""
    (is_counted,) = connection.execute(f"SELECT {_IS_COUNTED}").fetchone()
    if not is_counted:
        connection.executescript(f"BEGIN IMMEDIATE; {_COUNT} COMMIT;")
