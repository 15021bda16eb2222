"""Measures how fast receipts are made on this machine, beside a program that makes them with gofpdf; prints tables.

- warm: a receipt in a process that has made others of its size, from the order in memory to the PDF in memory; what it
  takes of the processors, collecting garbage included; the size of the PDF. No two orders are the same. In each round,
  one program after the other makes the receipts of the same orders.
- cold: a new process for one receipt, from just before its exec until it has ended; its files are in memory.
- memory: the most that a process has had (VmHWM) after its first receipt, and after two hundred.
- threads: receipts a second that one thread of a process makes, and two, and the processors that they keep busy.

Figures of time are medians. The other program is Go, in `gofpdf/`: once it embeds one of our fonts, Noto Sans, once it
uses Helvetica, which is not embedded and has Western letters only. Without Go, the tables show ours alone. Linux only.
"""

import os
import platform
import subprocess
import sys
from pathlib import Path

import makers
import receipt_tables
import servers
from makers import Maker
from making import MakerFailed
from report import tell

PARTS = [receipt_tables.warm, receipt_tables.cold, receipt_tables.memory, receipt_tables.threads]


def main() -> None:
    if not Path("/proc/self/status").exists():
        print("bench needs Linux: it reads memory from /proc.", file=sys.stderr)
        raise SystemExit(2)
    print(f"{os.cpu_count()} processors, Python {platform.python_version()}", flush=True)
    try:
        with servers.temporary_folder() as folder:
            compared = _makers(folder)
            for part in PARTS:
                print("\n" + "\n".join(part(compared)), flush=True)
    except (MakerFailed, subprocess.CalledProcessError) as error:
        raise SystemExit(f"bench: {error}") from None


def _makers(folder: Path) -> list[Maker]:
    if problem := makers.go_is_missing():
        print(problem, flush=True)
        return [makers.ours()]
    tell("building the program with gofpdf")
    return [makers.ours(), *makers.with_gofpdf(folder)]


if __name__ == "__main__":
    main()
