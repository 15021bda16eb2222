"""Tables that keep their rows for a time: a trigger removes the oldest ones while new ones are stored.

So there is nothing to schedule, and no statement removes many rows at once.
"""

from datetime import timedelta

EVERY, AT_ONCE = 100, 200
"""Each hundredth row removes at most 199 that are too old: twice as many as were stored since the last time."""


def forget_oldest(table: str, *, key: str, at: str, kept_for: timedelta) -> str:
    """SQL for the trigger `<table>Forgotten`. `kept_for` is counted in whole days.

    The newest row is never removed. `key` is a growing INTEGER PRIMARY KEY, `at` a column with an RFC 3339 instant in
    UTC. A row whose instant can't be compared is kept, with those after it.
    """
    oldest = f"SELECT {key}, {at} FROM {table} ORDER BY {key} LIMIT"
    kept_since = f"strftime('%Y-%m-%dT%H:%M:%fZ', new.{at}, '-{kept_for.days} days')"
    return f"""
CREATE TRIGGER {table}Forgotten AFTER INSERT ON {table}
WHEN new.{key} % {EVERY} = 0 AND (SELECT {at} FROM ({oldest} 1)) < {kept_since} BEGIN
    DELETE FROM {table} WHERE {key} < (
        SELECT coalesce(min({key}) FILTER (WHERE ({at} < {kept_since}) IS NOT TRUE), max({key}))
        FROM ({oldest} {AT_ONCE})
    );
END;
"""
