"""`python -m orders.receipt`: one receipt as PDF on standard output, from a row as JSON on standard input."""

import json
import os
import sys

from orders import record
from orders.errors import Misconfigured, ReceiptImpossible
from orders.receipt.renderer import render


def main() -> None:
    row = record.to_row(json.load(sys.stdin))
    try:
        pdf = render(row)
    except ReceiptImpossible as error:
        sys.exit(str(error))
    except Misconfigured as error:
        print(error, file=sys.stderr)  # noqa: T201
        sys.exit(os.EX_CONFIG)
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
