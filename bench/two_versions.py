"""Measures `orders serve` of this checkout beside that of another revision, in turns, and prints one table.

    python bench/two_versions.py 0978a14 [--rounds 3] [--seconds 4]

Whatever else the machine does, it does to both. Each round starts a fresh server of each version, posts orders as fast
as it answers (wrk, 16 connections), and waits until no order waits, for at most 20 seconds. Both run with the libraries
of this checkout's environment. Linux only.
"""

import argparse
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from unittest.mock import patch

import backlog
import measures
import processes
import servers
import wrk
from report import positive, row, tell
from servers import ServerFailed
from wrk import Load, LoadFailed

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Round:
    """`memory` is the PSS of the server and its processes after all of it, in bytes."""

    load: Load
    meanwhile: float
    after: float
    memory: int


FIGURES = {
    "accepted a second": lambda each: each.load.per_second,
    "POST p50, ms": lambda each: each.load.p50,
    "POST p99, ms": lambda each: each.load.p99,
    "completed a second meanwhile": lambda each: each.meanwhile,
    "completed a second after it": lambda each: each.after,
    "memory, MiB": lambda each: each.memory / (1024 * 1024),
}


def main() -> None:
    options = _options()
    rounds: tuple[list[Round], list[Round]] = [], []
    try:
        with checked_out(options.revision) as other:
            for number in range(options.rounds):
                for results, name, checkout in zip(rounds, ("this version", "the other"), (ROOT, other), strict=True):
                    tell(f"round {number + 1} of {options.rounds}: {name}")
                    results.append(measured(checkout, options.seconds))
    except (LoadFailed, ServerFailed) as error:
        raise SystemExit(f"bench: {error}") from None
    print("\n".join(table(*rounds)))


def measured(checkout: Path, seconds: int) -> Round:
    with patch.dict(os.environ, PYTHONPATH=str(checkout / "src")), servers.orders_serve() as server:
        measures.warm_up(server)
        with backlog.completed_per_second(server.database) as meanwhile:
            load = wrk.post(server.address, seconds)
        with backlog.completed_per_second(server.database) as after:
            backlog.watch(server.database, lambda seen: seen.waiting == 0, measures.DRAIN_SECONDS)
        return Round(load, meanwhile(), after(), processes.memory(server.pid))


@contextmanager
def checked_out(revision: str) -> Iterator[Path]:
    """The files of a revision, until the block ends."""
    with servers.temporary_folder() as folder:
        checkout = folder / "checkout"
        command = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*command, "add", "--quiet", "--detach", str(checkout), revision], check=True)
        try:
            yield checkout
        finally:
            subprocess.run([*command, "remove", "--force", str(checkout)], check=True)


def table(here: list[Round], there: list[Round]) -> Iterator[str]:
    yield row("Medians", "this", "other", "ratio", figures_of_widest=3)
    for name, figure in FIGURES.items():
        one, other = median(map(figure, here)), median(map(figure, there))
        yield row(name, f"{one:,.1f}", f"{other:,.1f}", f"{one / other:.2f}", figures_of_widest=3)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("revision", help="a commit, a tag or a branch")
    parser.add_argument("--rounds", type=positive, default=3)
    parser.add_argument("--seconds", type=positive, default=4, help="of load in each round")
    return parser.parse_args()


if __name__ == "__main__":
    main()
