"""Measures the processor time in which ProcessOrder completes ten orders of one event, beside another version of it.

    python bench/batches.py [--before REVISION]

Both versions are packaged as for Lambda. One process of each runs on the same processor, beside stubs of Lambda and AWS
(`functions.py` describes them), and they take turns: an event for one, then the same event for the other. So whatever
else the machine does, it does to both. The clock is that of the processes, the one that draws included, and it stands
still while they wait. No order comes twice, because the typesetter is quicker with what it has just seen. Each round
has new processes.

Half of the rounds are of a stack that sends no e-mails, half of one that does, where each customer gets one. Linux
only.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median, quantiles

import endpoint
import functions
import interpreter
import lambda_function
import packages
import processes
import samples
import servers
from lambda_function import LambdaFunction, Program, Sample
from packages import ROOT
from report import positive, row, tell
from runtime_api import FunctionFailed
from variants import FUNCTIONS, Starter, Variant

FUNCTION = "process_order"
BEFORE = "0978a14"
"""The last version that read the orders of a batch one by one."""
AIM = 0.8
UNMEASURED = 5
KINDS = {"without e-mails": False, "with e-mails": True}
DELAYS = (4, 4, 20)
"""Milliseconds of a call to the table, the queue and the bucket."""


@dataclass(frozen=True, slots=True)
class Round:
    """Of each batch, the milliseconds of processor time, and from the event to the answer."""

    now: Sequence[tuple[float, float]]
    before: Sequence[tuple[float, float]]

    @property
    def ratio(self) -> float:
        return median(cpu for cpu, _ in self.now) / median(cpu for cpu, _ in self.before)


def main() -> None:
    options = _options()
    if problem := functions.missing():
        print(problem, file=sys.stderr)
        raise SystemExit(2)
    try:
        with _prepared(options.before) as (now, before):
            for kind, mailed in KINDS.items():
                both = (_with_mails(now), _with_mails(before)) if mailed else (now, before)
                rounds = [_round(*both, options.batches, turn, mailed=mailed) for turn in range(options.rounds)]
                print("\n".join(_report(rounds, options.before, kind)) + "\n", flush=True)
    except (FunctionFailed, subprocess.CalledProcessError) as error:
        raise SystemExit(f"bench: {error}") from None


@contextmanager
def _prepared(revision: str) -> Iterator[tuple[Program, Program]]:
    """The function's program of this version and of that revision, with a stub of AWS that has the items of both."""
    _, others = processes.processors()
    with servers.temporary_folder() as folder:
        python = interpreter.with_lambda_client()
        now = _variant("orders", ROOT, python, folder)
        before = _variant("before", _checkout(revision, folder / "checkout"), python, folder)
        items, certificate = _items(python, (now, before), folder), endpoint.certificate(folder)
        with processes.on(others), endpoint.running(certificate, items, DELAYS) as aws:
            starter = Starter(python, folder, certificate, aws)
            yield starter.program(now, FUNCTION), starter.program(before, FUNCTION)


def _with_mails(program: Program) -> Program:
    """The same function in a stack that sends e-mails."""
    queue = f"{program.environment['AWS_ENDPOINT_URL']}/123456789012/mails"
    return replace(program, environment={**program.environment, "ORDERS_MAIL_QUEUE": queue})


def _checkout(revision: str, folder: Path) -> Path:
    """The files of that revision."""
    tell(f"the version of {revision}")
    folder.mkdir()
    archive = subprocess.run(
        ["git", "archive", revision, "src", "deploy", "requirements"], cwd=ROOT, stdout=subprocess.PIPE, check=True
    )
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive.stdout, check=True)
    return folder


def _variant(name: str, checkout: Path, python: Path, folder: Path) -> Variant:
    version = interpreter.version(python)
    package = packages.ours(FUNCTIONS[FUNCTION], version, python, folder / name, checkout)
    return Variant(name, name, "orders.functions.", {FUNCTION: package}, all_settings=True)


def _items(python: Path, variants: Sequence[Variant], folder: Path) -> Path:
    """The items of each version's table, made by its own code."""
    items = folder / "items.json"
    batches = [samples.batch(number, mailed=it) for it in KINDS.values() for number in range(samples.MOST_BATCHES)]
    order_ids = [order_id for batch in batches for order_id in batch]
    tables = {it.table: functions.items(python, it.packages[FUNCTION], order_ids)["orders"] for it in variants}
    items.write_text(json.dumps(tables))
    return items


def _round(now: Program, before: Program, batches: int, turn: int, *, mailed: bool) -> Round:
    tell(f"round {turn + 1}")
    with ExitStack() as running:
        both = [running.enter_context(lambda_function.running(each)) for each in (now, before)]
        for function in both:
            function.initialised()
        batches_of_ids = [samples.batch(number, mailed=mailed) for number in range(batches + UNMEASURED)]
        events = [samples.process_orders(order_ids) for order_ids in batches_of_ids]
        taken = [[_batch(function, event) for function in both] for event in events][UNMEASURED:]
    return Round([of_now for of_now, _ in taken], [of_before for _, of_before in taken])


def _batch(function: LambdaFunction, event: Sample) -> tuple[float, float]:
    """Milliseconds of processor time, and from the event to the answer."""
    began = function.processor_seconds()
    seconds = function.invoke(event)
    return (function.processor_seconds() - began) * 1000, seconds * 1000


def _report(rounds: Sequence[Round], revision: str, kind: str) -> Iterator[str]:
    now = [each for turn in rounds for each in turn.now]
    before = [each for turn in rounds for each in turn.before]
    orders = len(samples.BATCH)
    yield row(f"{orders} orders {kind}, {len(now)} times", "this", revision, "ratio")
    for name, at in (("processor time, ms (median)", 0), ("event to answer, ms (median)", 1)):
        mine, theirs = (median(each[at] for each in taken) for taken in (now, before))
        yield row(name, f"{mine:.1f}", f"{theirs:.1f}", f"{mine / theirs:.2f}")
    quarters = [quantiles([each[0] for each in taken]) for taken in (now, before)]
    yield row("processor time, ms (quartiles)", *(f"{low:.0f}-{high:.0f}" for low, _, high in quarters))
    ratios = ", ".join(f"{turn.ratio:.2f}" for turn in rounds)
    reached = median(turn.ratio for turn in rounds)
    verdict = "reached" if reached <= AIM else "missed"
    yield f"ratio of processor time in each round: {ratios}; the aim of {AIM} is {verdict}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure ten orders in one event, beside another version.")
    parser.add_argument("--before", default=BEFORE, metavar="REVISION", help=f"the other version ({BEFORE})")
    parser.add_argument("--rounds", type=positive, default=2, help="rounds of each kind, each with new processes (2)")
    parser.add_argument(
        "--batches",
        type=positive,
        default=60,
        choices=range(1, samples.MOST_BATCHES - UNMEASURED),
        metavar="N",
        help="events for each version in a round (60)",
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
