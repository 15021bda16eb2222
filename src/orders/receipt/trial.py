"""`python -m orders.receipt.trial`: draws a sample with the shop's files. If it can't, prints why in one line."""

import os
import sys

from orders.order.errors import Misconfigured
from orders.receipt import renderer

NICENESS = 10


def main() -> int:
    """The exit code: 0 if receipts can be drawn."""
    os.nice(NICENESS)
    try:
        renderer.check()
    except Misconfigured as error:
        sys.stdout.write(f"{' '.join(str(error).split())}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
