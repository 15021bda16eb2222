"""How the command ends: exit codes that mean something, and the errors that lead to them.

Stop              what the user asked for can't be done: one line says why and what to do next
└── NotNow        the server can't answer: the same request may be made again
    └── NoServer  there is none
"""

from enum import IntEnum


class ExitCode(IntEnum):
    OK = 0
    REFUSED = 1
    USAGE = 2
    UNKNOWN_ORDER = 3
    UNAVAILABLE = 4
    INTERRUPTED = 130


class Stop(Exception):
    """End the command: the message goes to stderr, in one line."""

    def __init__(self, message: str, code: ExitCode) -> None:
        super().__init__(message)
        self.code = code


class NotNow(Stop):
    """`retry_after` is when, in seconds, where the server said so."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message, ExitCode.UNAVAILABLE)
        self.retry_after = retry_after


class NoServer(NotNow):
    pass


EXPLAINED = """\
[bold]Exit codes[/bold]
0  all is well
1  it was refused, or the order failed: stderr says why
2  the command was not used as it should be
3  there is no such order
4  no server is there (`orders serve` starts one), or it can't answer now
"""
