"""`python -m orders.receipt`: one receipt as PDF on standard output, from an order as JSON on standard input."""

import json
import sys
from datetime import datetime

from orders.errors import ReceiptImpossible
from orders.order import Order
from orders.receipt.renderer import render


def main() -> None:
    request = json.load(sys.stdin)
    order = Order.stored(request["order"])
    try:
        pdf = render(order, datetime.fromisoformat(request["receivedAt"]))
    except ReceiptImpossible as error:
        sys.exit(str(error))
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
