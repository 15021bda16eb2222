"""The `orders` command: `app` lists its words, each has a file of its own, `exits` says how it ends."""

import os
import sys

from orders.cli.exits import ExitCode


def main() -> None:
    """Run the command line and end the process, with an exit code that `ExitCode` explains."""
    try:
        from orders.cli.app import run  # here, so that Ctrl-C is quiet from the first moment

        code = run(sys.argv[1:])
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = ExitCode.INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # or Python complains when it flushes at the end
        code = ExitCode.REFUSED
    raise SystemExit(code)
