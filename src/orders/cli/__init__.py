"""The `orders` command.

`app` lists the commands, and `commands/` has each one with its help and the texts that it prints. All of them use
`terminal` for colours, tables, JSON and errors, `order_table` for lists of orders, `totals_table` for the amounts of an
order, `progress` for the progress bar, and `exits` for exit codes.
"""

import os
import sys

from orders.cli.exits import ExitCode


def main() -> None:
    """Run the command line and end the process with an `ExitCode`."""
    try:
        from orders.cli.app import run  # here, so that Ctrl-C during the import is quiet, too

        code = run(sys.argv[1:])
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = ExitCode.INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # otherwise Python fails when it flushes at the end
        code = ExitCode.REFUSED
    raise SystemExit(code)
