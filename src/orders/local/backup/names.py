"""Names: of backups, by the instant at which each was made, and of the files in them."""

import re
from datetime import UTC, datetime
from pathlib import PurePosixPath

DATABASE = "orders.db"
SUMS = "SHA256SUMS"
MANIFEST = "manifest.json"
_BACKUP = re.compile(r"\d{4}-\d{2}-\d{2}T\d{6}\.\d{3}Z")
_FOLDERS = ("bucket/receipts", "bucket/unknown", "outbox")
_AUDIT = re.compile(r"audit\.log[\w.-]*", re.ASCII)
_PLAIN = re.compile(r"[\w.-]+", re.ASCII)
"""A part of a path. It needs no escape in SHA256SUMS, in a URL, or in a shell."""


def of_backup(made_at: datetime) -> str:
    """A name that sorts by time, such as `2026-11-26T031500.123Z`."""
    instant = made_at.astimezone(UTC)
    return f"{instant:%Y-%m-%dT%H%M%S}.{instant.microsecond // 1000:03}Z"


def is_of_backup(name: str) -> bool:
    """Whether a whole backup may have this name. What is unfinished has another."""
    return bool(_BACKUP.fullmatch(name))


def is_of_file(name: str) -> bool:
    """Whether a backup may contain a file with this name: a path that can't lead out of a data folder."""
    path = PurePosixPath(name)
    if str(path) != name or not all(_PLAIN.fullmatch(part) and part not in {".", ".."} for part in path.parts):
        return False
    if len(path.parts) == 1:
        return name == DATABASE or is_of_audit_log(name)
    return any(path.is_relative_to(folder) for folder in _FOLDERS)


def is_of_audit_log(name: str) -> bool:
    """Whether this is the audit log, or one that logrotate has renamed."""
    return bool(_AUDIT.fullmatch(name))
