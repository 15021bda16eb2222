"""Measures how long each function works and waits, for `make cost`, and writes deploy/cost/measured.toml.

    PYTHONPATH=deploy python bench/durations.py [--write]

The real handlers run in this process, in one thread but for those that they start, on a processor of their own. AWS is
`billing_stub.py`, over TLS, with a fixed delay for each call. "work" is processor time, "wait" the rest of the time
until the answer. Other programs share the machine, so "work" is the lower quartile of the rounds, and "wait" the least
of them. The functions are warm. An order has three items.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import endpoint
import processes
import servers
from cost import durations, page
from cost.functions import Functions, Run
from cost.life import Life
from cost.stack import TEMPLATE, WITH_MAIL, Stack
from report import positive, row, tell

STUB = Path(__file__).with_name("billing_stub.py")
DELAYS = {"table": 4, "queue": 4, "bucket": 20, "mail": 60}
"""Milliseconds of a call."""
Measured = tuple[float, float]


def main() -> None:
    options = _options()
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    one, _ = processes.processors()
    with servers.temporary_folder() as folder, _stub(folder) as environment, processes.on(one):
        os.environ.update(environment)  # a connection reads the certificates to trust when it is opened
        functions = Functions(Stack.read(TEMPLATE, **WITH_MAIL), environment)
        seen = {number: _rounds(functions, count, options.rounds) for number, count in (("one", 1), ("ten", 10))}
    print(row("milliseconds of work and of waiting", "one", "", "ten", ""))
    for name in seen["one"]:
        print(row(name, *(f"{part:.1f}" for number in ("one", "ten") for part in seen[number].get(name, (0, 0)))))
    if options.write:
        durations.FILE.write_text(_toml(seen), encoding="utf-8")


def _rounds(functions: Functions, orders: int, rounds: int) -> Mapping[str, Measured]:
    """The figures of each function in the lives of so many orders, one life after another.

    With several orders, of the functions that get them in one event.
    """
    times: dict[str, list[Measured]] = {}
    for turn in range(rounds + 1):
        tell(f"{orders} orders at once, round {turn} of {rounds}")
        for run in _planned(functions.stack, [f"{turn}-{orders}-{number}" for number in range(orders)]):
            measured = _timed(lambda run=run: functions.run(run.function, run.event))  # type: ignore[misc]
            if turn and (orders == 1 or functions.stack.is_fed(run.function)):  # the first is not warm
                times.setdefault(_name_of(run), []).append(measured)
    return {
        name: (_quartile([it[0] for it in each]), _quartile([it[1] for it in each])) for name, each in times.items()
    }


def _quartile(figures: Sequence[float]) -> float:
    return sorted(figures)[len(figures) // 4]


def _planned(stack: Stack, order_ids: Sequence[str]) -> list[Run]:
    """The same, played without a network: its events are those to measure."""
    functions = Functions(stack)
    runs = [run for step in Life(functions, order_ids).steps() for run in step.runs if run.noted.calls]
    return [*runs, *page.runs(functions), functions.run("SweepOrdersFunction", {})]


def _name_of(run: Run) -> str:
    return page.NAMES.get(run.event.get("resource", ""), run.function)


def _timed(work: Callable[[], object]) -> Measured:
    began, processor = time.perf_counter(), _processor_time()
    work()
    worked = (_processor_time() - processor) * 1000
    return worked, max(0.0, (time.perf_counter() - began) * 1000 - worked)


def _processor_time() -> float:
    """Seconds of this process and of those that it started, which draw receipts.

    https://docs.kernel.org/scheduler/sched-stats.html
    """
    return time.process_time() + sum(map(_ran, processes.descendants(os.getpid())))


def _ran(pid: int) -> float:
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1_000_000_000


@contextmanager
def _stub(folder: Path) -> Iterator[Mapping[str, str]]:
    """The stub in a process of its own, as the variables with which a function calls it."""
    certificate = endpoint.certificate(folder)
    _, others = processes.processors()
    command = [sys.executable, *map(str, (STUB, certificate.public, certificate.key, *DELAYS.values()))]
    with (
        processes.on(others),
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as it,
    ):
        assert it.stdout
        try:
            url = f"https://127.0.0.1:{it.stdout.readline().strip()}"
            yield {"AWS_ENDPOINT_URL": url, "AWS_CA_BUNDLE": str(certificate.public)}
        finally:
            it.kill()


def _toml(seen: Mapping[str, Mapping[str, Measured]]) -> str:
    lines = [
        "# Written by bench/durations.py, which says how it measures. Milliseconds of work on a whole processor, and",
        f"# of waiting for AWS: {', '.join(f'{ms} ms a call to the {name}' for name, ms in DELAYS.items())}.",
        f'date = "{datetime.now(UTC):%Y-%m-%d}"',
        f'python = "{sys.version_info.major}.{sys.version_info.minor}"',
    ]
    for name in seen["one"]:
        lines += ["", f"[functions.{name}]"]
        lines += [
            f"{number} = {{ work = {seen[number][name][0]:.1f}, wait = {seen[number][name][1]:.1f} }}"
            for number in ("one", "ten")
            if name in seen[number]
        ]
    return "\n".join(lines) + "\n"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the functions' durations for make cost.")
    parser.add_argument("--rounds", type=positive, default=40, help="rounds to measure (40)")
    parser.add_argument("--write", action="store_true", help="write deploy/cost/measured.toml")
    return parser.parse_args()


if __name__ == "__main__":
    main()
