"""Makes the receipt of each order on standard input, one a line, and prints its duration and its size.

The lines are those that `python -m orders.receipt` reads.
"""

import json
import sys
import time

from orders.order import record
from orders.receipt.renderer import render


def main() -> None:
    for line in sys.stdin:
        row = record.to_order(json.loads(line))
        _ = row.posted  # read from its text here, once: not measured
        began, used = time.perf_counter(), time.process_time()
        pdf = render(row)
        seconds, processors = time.perf_counter() - began, time.process_time() - used
        print(json.dumps({"seconds": seconds, "processors": processors, "size": len(pdf)}), flush=True)


if __name__ == "__main__":
    main()
