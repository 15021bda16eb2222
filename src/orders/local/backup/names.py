"""Names: of backups, by the instant at which each was made, and of the files in them."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

DATABASE = "orders.db"
SUMS = "SHA256SUMS"
MANIFEST = "manifest.json"
UNFINISHED = "unfinished-backup"
"""The folder of a backup that is not whole yet. Nobody else uses this name: the next backup removes what is there."""
_BACKUP = re.compile(r"\d{4}-\d{2}-\d{2}T\d{6}\.\d{3}Z")
_PART = r"(?!\.\.?(?:/|\Z)|~)[\w.~-]+"
"""A part of a path that leads nowhere else, and needs no escape in SHA256SUMS, in a URL, or in a shell.

The keys of documents that follow receipts have a `~`; at its beginning a shell would take it for a home."""
_AUDIT = re.compile(r"audit\.log[\w.-]*", re.ASCII)
_FILE = re.compile(
    rf"orders\.db|{_AUDIT.pattern}|(?:bucket/receipts|bucket/unknown|outbox)(?:/{_PART})+",
    re.ASCII,
)


def of_backup(made_at: datetime) -> str:
    """A name that sorts by time, such as `2026-11-26T031500.123Z`."""
    instant = made_at.astimezone(UTC)
    return f"{instant:%Y-%m-%dT%H%M%S}.{instant.microsecond // 1000:03}Z"


def beyond(most: int, backups: Sequence[str], newest: str) -> Sequence[str]:
    """The oldest of these sorted backups, to be removed so that `most` are left. The newest is never removed."""
    others = [name for name in backups if name != newest]
    return others[: max(0, len(others) - (most - 1))]


def is_of_backup(name: str) -> bool:
    """Whether a whole backup may have this name. What is unfinished has another."""
    return bool(_BACKUP.fullmatch(name))


def is_of_file(name: str) -> bool:
    """Whether a backup may contain a file with this name: a path that can't lead out of a data folder."""
    return bool(_FILE.fullmatch(name))


def is_of_audit_log(name: str) -> bool:
    """Whether this is the audit log, or one that logrotate has renamed."""
    return bool(_AUDIT.fullmatch(name))
