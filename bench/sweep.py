"""Measures how many pending orders one run of Sweep on AWS handles, against a stub of DynamoDB and SQS.

The use case runs over the AWS ports, as in the function: TLS, botocore, 4 ms a call. It stops shortly before the
function's timeout, or when no order is due. The index of pending orders shows each change some time after it was made.
AWS says that this usually takes less than a second.

The process has one processor to itself, as with 1,769 MB on Lambda; the stub has the others. "CPU s" is its own time.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import endpoint
import processes
import servers
from endpoint import Certificate
from report import positive, row, tell
from waiting_stub import Seen

STUB = Path(__file__).with_name("waiting_stub.py")
LAGS = (0, 60, 1000, 2000)
"""Milliseconds."""
CALL = 4
"""Milliseconds that a call takes."""


def main() -> None:
    options = _options()
    print(row(f"Sweep, {options.orders:,} pending orders", "orders", "s", "orders/s", "CPU s"), flush=True)
    with servers.temporary_folder() as folder:
        certificate = endpoint.certificate(folder)
        for lag in LAGS:
            tell(f"an index that lags by {lag} ms")
            print(_line(lag, _measured(certificate, options.orders, lag)), flush=True)


def _measured(certificate: Certificate, orders: int, lag: int) -> tuple[Seen, float, float]:
    """The counts of the stub, and the seconds and processor seconds of a run."""
    with _stub(certificate, orders, lag) as stub:
        assert stub.stdin
        assert stub.stdout
        one, _ = processes.processors()
        with processes.on(one):
            command = [sys.executable, __file__, "--run", stub.stdout.readline().strip()]
            trust = {"AWS_CA_BUNDLE": str(certificate.public)}
            run = subprocess.run(command, env={**os.environ, **trust}, capture_output=True, text=True, check=False)
        if run.returncode:
            raise SystemExit(f"bench: {run.stderr}")
        stub.stdin.write("count\n")
        stub.stdin.flush()
        return Seen(**json.loads(stub.stdout.readline())), *json.loads(run.stdout)


def _line(lag: int, measured: tuple[Seen, float, float]) -> str:
    seen, seconds, processor = measured
    name = f"index {lag} ms behind"
    return row(name, f"{seen.orders:,}", f"{seconds:.1f}", f"{seen.orders / seconds:,.0f}", f"{processor:.1f}")


@contextmanager
def _stub(certificate: Certificate, orders: int, lag: int) -> Iterator[subprocess.Popen[str]]:
    _, others = processes.processors()
    arguments = map(str, (STUB, certificate.public, certificate.key, orders, lag, CALL, CALL))
    with processes.on(others):
        process = subprocess.Popen(
            [sys.executable, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
    with process:
        try:
            yield process
        finally:
            process.kill()


def _run(port: int) -> None:
    """In a process of its own: sweep, and print how long it took."""
    os.environ |= {
        "AWS_ENDPOINT_URL": f"https://127.0.0.1:{port}", "AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench",
        "ORDERS_TABLE": "orders", "ORDERS_QUEUE": f"https://127.0.0.1:{port}/orders",
    }  # fmt: skip
    from orders import aws
    from orders.functions import batch
    from orders.local.lambda_ import template
    from orders.use_cases import sweep

    outside, timeout = aws.connect(), template.load().functions["SweepOrdersFunction"].timeout.total_seconds()
    began, processor = time.monotonic(), time.process_time()
    sweep.requeue_waiting(outside, lambda: time.monotonic() < began + timeout - batch.SPARE_SECONDS)
    print(json.dumps([time.monotonic() - began, time.process_time() - processor]))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure Sweep on AWS.")
    parser.add_argument("--orders", type=positive, default=40_000, help="pending orders (40000)")
    parser.add_argument("--run", type=int, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    port = _options().run
    _run(port) if port else main()
