"""Measures the packaged Lambda functions on stubs of Lambda and AWS, beside those of a conventional stack.

The conventional stack is in `conventional/`: Powertools, pydantic, boto3 and fpdf2, packaged as `sam build` packages a
folder. Both stacks do the same and make the same calls, in processes of the same Python. Each round measures every case
once, one after the other. Every figure is the median of the rounds.

- Functions: the time from the exec until the function is ready for an event, the first event, both together, an event
  of the next hundred, and the peak of the process's memory.
- Ten orders in one event, when everything has been loaded.
- After a snapshot: the time from the restore until the function is ready (its hooks), and the first event. "open" are
  the connections that were open at the snapshot and are dead after it, "new" those opened since, "lost" the calls on
  dead connections. "primed" was called once before the snapshot. The time in which Lambda loads it is not included.

The function has one processor to itself, as with 1,769 MB on Lambda; the stubs have the others. Every function is
started once just before it is measured, so that its files are in memory. Linux only.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import comparisons
import endpoint
import interpreter
import processes
import samples
import servers
import variants
from comparisons import Bench
from packages import DEPLOY
from report import positive
from runtime_api import FunctionFailed
from variants import Starter, Variant

ITEMS = Path(__file__).with_name("items.py")
PARTS = {"functions": comparisons.functions, "batch": comparisons.batch, "snapshot": comparisons.snapshot}


def main() -> None:
    options = _options()
    if problem := missing():
        print(problem, file=sys.stderr)
        raise SystemExit(2)
    try:
        with _prepared(options.rounds, options.delays) as bench:
            print(_conditions(bench, options.delays), flush=True)
            for part in [options.only] if options.only else PARTS:
                print("\n" + "\n".join(PARTS[part](bench)), flush=True)
    except (FunctionFailed, subprocess.CalledProcessError) as error:
        raise SystemExit(f"bench: {error}") from None


@contextmanager
def _prepared(rounds: int, delays: Sequence[float]) -> Iterator[Bench]:
    """All packages, and the running stub of AWS."""
    _, others = processes.processors()
    with servers.temporary_folder() as folder:
        python = interpreter.with_lambda_client()
        orders, conventional = variants.build(python, folder)
        table, certificate = _items(python, orders, folder), endpoint.certificate(folder)
        with processes.on(others), endpoint.running(certificate, table, delays) as aws:
            yield Bench(Starter(python, folder, certificate, aws), orders, conventional, rounds)


def _items(python: Path, orders: Variant, folder: Path) -> Path:
    """The items in the stub's tables."""
    path = folder / "items.json"
    path.write_text(json.dumps(items(python, orders.packages["process_order"])))
    return path


def items(python: Path, package: Path, others: Sequence[str] = ()) -> Any:
    """For each table, for each order's id, the item, made by the code of this package. `others` are more ids."""
    environment = {"PYTHONPATH": str(package), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [str(python), str(ITEMS), samples.COMPLETED, samples.WAITING, *samples.BATCH, *others]
    return json.loads(subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True).stdout)


def _conditions(bench: Bench, delays: Sequence[float]) -> str:
    table, queue, bucket = delays
    machine = f"{os.cpu_count()} processors, Python {interpreter.version(bench.starter.python)}"
    return f"{machine}; milliseconds a call: table {table:g}, queue {queue:g}, bucket {bucket:g}"


def missing() -> str | None:
    """What a measurement of packaged functions needs and this machine lacks."""
    if not Path("/proc/self/status").exists():
        return "bench needs Linux: it reads memory from /proc."
    if not shutil.which("openssl"):
        return "bench needs openssl (Debian, Ubuntu: apt-get install openssl)."
    if not (DEPLOY / "uv").exists():
        return "bench needs the environment that packages functions: run make bench."
    return None


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the Lambda functions on this machine.")
    parser.add_argument("--rounds", type=positive, default=7, help="figures are medians of this many rounds (7)")
    parser.add_argument(
        "--delays", type=float, nargs=3, default=(4, 4, 20), metavar=("TABLE", "QUEUE", "BUCKET"),
        help="milliseconds of a call to table, queue and bucket (4 4 20)",
    )  # fmt: skip
    parser.add_argument("--only", choices=PARTS, help="measure one table only")
    return parser.parse_args()


if __name__ == "__main__":
    main()
