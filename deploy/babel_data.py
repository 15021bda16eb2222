"""Babel's locale data, cut to what amounts, dates and names of countries need, in every locale: 30 MB become 3.

    python deploy/babel_data.py PACKAGES

PACKAGES is a folder with Babel in it: its own classes are in the data, so its own code must read them.
"""

import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

NEEDED = frozenset(
    {
        "currency_formats", "currency_symbols", "date_formats", "datetime_formats", "day_period_rules", "day_periods",
        "days", "decimal_formats", "eras", "meta_zones", "months", "number_symbols", "percent_formats", "territories",
        "time_formats", "time_zones", "zone_formats",
    }
)  # fmt: skip
"""The parts that stay. Of names of time zones, only the abbreviations do."""
_ZONES = ("meta_zones", "time_zones")
_EMPTIED = ("currency_names", "currency_names_plural")
"""Parts that Babel looks into for every amount, and that no amount shows."""


def cut(packages: Path) -> None:
    """Leave only these parts in the data of the Babel in this folder.

    Raises:
        subprocess.CalledProcessError: its data can't be read by this Python.
    """
    subprocess.run(
        [sys.executable, "-B", __file__, packages], env=os.environ | {"PYTHONPATH": str(packages)}, check=True
    )


def _cut_all(packages: Path) -> None:
    for path in (packages / "babel" / "locale-data").glob("*.dat"):
        data = pickle.loads(path.read_bytes())  # noqa: S301 (of the package whose hash the lock file names)
        path.write_bytes(pickle.dumps(_needed(data), pickle.HIGHEST_PROTOCOL))


def _needed(data: dict[str, Any]) -> dict[str, Any]:
    kept = {name: part for name, part in data.items() if name in NEEDED}
    abbreviated = {name: _abbreviations(data[name]) for name in _ZONES if name in data}
    return kept | abbreviated | {name: {} for name in _EMPTIED if name in data}


def _abbreviations(zones: dict[str, Any]) -> dict[str, Any]:
    return {zone: {"short": names["short"]} for zone, names in zones.items() if "short" in names}


if __name__ == "__main__":
    _cut_all(Path(sys.argv[1]))
