"""What can go wrong with a backup.

BackupError    the backup can't be made, read or restored: one line says why, and what to do
Altered        a file does not have the bytes that the backup expects
"""


class BackupError(Exception):
    """The message says what is wrong and what to do."""


class Altered(Exception):
    """The file named by the message has other bytes than its SHA-256 says."""
