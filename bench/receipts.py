"""Measures how fast this project and a program with gofpdf make receipts on this machine, and prints tables.

- warm: a receipt in a process that has made others of its size, from the order in memory to the PDF in memory; its
  processor time, including garbage collection; the size of the PDF. All orders differ. In each round, one program
  after the other makes the receipts of the same orders.
- cold: a new process for one receipt, from just before its exec until it has ended; its files are in memory.
- memory: the peak memory of a process (VmHWM) after its first receipt, and after two hundred.
- threads: receipts a second by one thread of a process and by two, and how many processors are busy.

Times are medians. The other program is in `gofpdf/`, in Go. It is measured with an embedded font, our Noto Sans, and
with Helvetica, which is not embedded and has Western letters only. Without Go, the tables show this project only.

Linux only.
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
