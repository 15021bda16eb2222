"""Makes load with wrk, which posts different orders as fast as the server answers."""

import json
import subprocess
import uuid
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 16
SECONDS_TO_END = 30
SECONDS_OF_A_BURST = 1


class LoadFailed(Exception):
    """wrk did not run, or not every answer was a 2xx."""


@dataclass(frozen=True, slots=True)
class Load:
    """The result of wrk; latencies in milliseconds."""

    seconds: float
    accepted: int
    p50: float
    p99: float

    @property
    def per_second(self) -> float:
        return self.accepted / self.seconds


def post(address: str, seconds: int, connections: int = CONNECTIONS) -> Load:
    """Post orders from so many connections for this many seconds.

    Raises:
        LoadFailed: an order was refused or not answered.
    """
    script = Path(__file__).with_name("post_order.lua")
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s"]
    command += ["-s", str(script), address, "--", uuid.uuid4().hex[:12]]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=seconds + SECONDS_TO_END, check=False)
    if ended.returncode:
        raise LoadFailed(ended.stderr.strip() or ended.stdout.strip())
    return _parse(ended.stdout)


def post_many(address: str, orders: int) -> None:
    """Post at least this many orders, and at most one burst more."""
    posted = 0
    while posted < orders:
        posted += post(address, SECONDS_OF_A_BURST).accepted


def _parse(output: str) -> Load:
    seen = json.loads(output.splitlines()[-1])
    if seen["refused"] or seen["unanswered"] or not seen["posted"]:
        raise LoadFailed(
            f"of {seen['posted']} orders {seen['refused']} were refused, {seen['unanswered']} not answered"
        )
    return Load(seen["seconds"], seen["posted"], seen["p50_us"] / 1000, seen["p99_us"] / 1000)
