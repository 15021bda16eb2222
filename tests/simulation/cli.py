"""`make simulate`: play every family, hunt every seeded bug; or play one run again and tell its story."""

import argparse
import os
import time
from itertools import groupby

from tests.simulation import hunting, report, workers
from tests.simulation.bugs import BUGS
from tests.simulation.families import Case, Family, Sizes
from tests.simulation.hunting import Catch
from tests.simulation.report import Result
from tests.simulation.workers import Tally


def main() -> int:
    parser = _parser()
    wanted = parser.parse_args()
    try:
        return replay(parser, wanted) if wanted.replay is not None else simulate(wanted)
    except KeyboardInterrupt:
        report.console.print("\nStopped.")
        return 130


def simulate(wanted: argparse.Namespace) -> int:
    begin = time.monotonic()
    sizes = Sizes(wanted.orders, wanted.pairs, wanted.triples, wanted.schedules)
    tallies = play(sizes, wanted.seed, wanted.processes)
    report.show_families(tallies, wanted.seed)
    catches = hunt(wanted.seed, wanted.processes)
    report.show_bugs(catches)
    result = Result(tallies, catches, wanted.seed, time.monotonic() - begin)
    report.show(result)
    return 0 if result.good else 1


def play(sizes: Sizes, seed: int, processes: int) -> dict[Family, Tally]:
    """Every family, those of one implementation together."""
    tallies = {family: Tally() for family in sizes.families() if family.size}
    with report.progress() as progress:
        bars = {family: progress.add_task(family.name, total=family.size * family.parts) for family in tallies}
        for implementation, families in groupby(tallies, key=lambda family: family.implementation):
            jobs = [job for family in families for job in family.jobs(seed)]
            for job, tally in workers.play_all(implementation, jobs, processes):
                tallies[job.family] += tally
                progress.advance(bars[job.family], len(job.numbers))
    return tallies


def hunt(seed: int, processes: int) -> dict[str, Catch | None]:
    catches: dict[str, Catch | None] = dict.fromkeys(BUGS)
    with report.progress() as progress:
        bar = progress.add_task("seeded bugs", total=len(BUGS))
        for bug, catch in hunting.hunt_all(BUGS, seed, processes):
            catches[bug] = catch
            progress.advance(bar)
    return catches


def replay(parser: argparse.ArgumentParser, wanted: argparse.Namespace) -> int:
    try:
        case = Case.named(wanted.replay, wanted.seed)
    except ValueError as error:
        parser.error(f"{wanted.replay} is no case, as in life/17/3:reply-lost ({error})")
    told = hunting.tell(wanted.replay, wanted.implementation, wanted.seed, wanted.bug)
    report.show_story(told)
    if told.never_met:
        parser.error(f"{case} has no such point, or no such fault at it: {', '.join(told.never_met)}")
    return 1 if told.broken else 0


def _size(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is not a whole number, 0 or more")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    sizes = Sizes()
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--orders", type=_size, default=sizes.orders, help="through every single fault")
    parser.add_argument("--pairs", type=_size, default=sizes.pairs, help="orders through all pairs of faults")
    parser.add_argument("--triples", type=_size, default=sizes.triples, help="orders through all triples")
    parser.add_argument("--schedules", type=_size, default=sizes.schedules, help="random schedules")
    parser.add_argument("--seed", type=int, default=1, help="of everything that chance decides")
    parser.add_argument("--processes", type=int, choices=range(1, 65), metavar="NUMBER", default=os.cpu_count() or 1)
    parser.add_argument("--replay", metavar="CASE", help="one run, as in life/17/3:reply-lost")
    parser.add_argument(
        "--implementation", choices=sorted(workers.IMPLEMENTATIONS), default="ports", help="of the run to replay"
    )
    parser.add_argument("--bug", choices=sorted(BUGS), metavar="NAME", help="a seeded bug to replay it with")
    return parser
