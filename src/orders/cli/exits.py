"""The exit codes of the command, and the errors that end it.

Stop              the command can't do what it should: one line says why, and what to do next
└── NotNow        the server can't answer now: the same request may succeed later
    └── NoServer  no server answers
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
    """End the command. The message goes to stderr, in one line."""

    def __init__(self, message: str, code: ExitCode) -> None:
        super().__init__(message)
        self.code = code


class NotNow(Stop):
    """`retry_after` is the pause that the server requires, in seconds."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message, ExitCode.UNAVAILABLE)
        self.retry_after = retry_after


class NoServer(NotNow):
    pass


EXPLAINED = """\
[bold]Exit codes[/bold]
0  success
1  the request was refused, or the order failed: stderr says why
2  the command line has a mistake
3  there is no such order
4  the server does not run (`orders serve` starts it), or can't answer now
"""
