"""SnapStart: connections that were open when the snapshot was taken are dead after it is restored.

https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-python.html
"""

from typing import Protocol


class Closable(Protocol):
    def close(self) -> None: ...


def reopen_after_restore(client: Closable) -> None:
    """Let the client drop its connections after a restore; its next call opens a fresh one."""
    try:
        from snapshot_restore_py import register_after_restore
    except ImportError:  # not in Lambda's runtime
        return
    register_after_restore(client.close)
