"""Makes the receipt of each order on standard input, one record a line, and prints its duration and its size.

With the argument `once` it writes the first receipt to standard output, and ends.
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


def once() -> None:
    sys.stdout.buffer.write(render(record.to_order(json.loads(sys.stdin.readline()))))


if __name__ == "__main__":
    once() if "once" in sys.argv else main()
