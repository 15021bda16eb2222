"""The prices in `prices.toml`, in dollars for one unit."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("prices.toml")
REGION = "eu-west-1"


@dataclass(frozen=True, slots=True)
class Prices:
    """The prices of one region."""

    region: str
    date: str
    of_one: Mapping[str, float]

    @classmethod
    def read(cls, region: str = REGION) -> "Prices":
        document = tomllib.loads(FILE.read_text(encoding="utf-8"))
        date = document.pop("date")
        regions = document.pop("regions")
        if region not in regions:
            raise ValueError(f"There are prices of {' and '.join(regions)} only, not of {region}.")
        return cls(region, date, {name: price[region] / price["per"] for name, price in document.items()})

    def dollars(self, units: Mapping[str, float]) -> float:
        """What so many of each unit cost."""
        return sum(self.of_one[name] * number for name, number in units.items())
