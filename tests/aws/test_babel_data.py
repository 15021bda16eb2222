"""The locale data in the packages: cut, and yet every locale writes what it writes with the whole."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import babel
import babel_data
import pytest
from tests.support.examples import ROOT

MB = 1_000_000
WRITE_IN_EVERY_LOCALE = """
import json, sys
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo
import babel
from babel.localedata import locale_identifiers
from orders.shop import language

def written(speech):
    yield from (speech.amount(-123456789, "EUR"), speech.unit_price("1234.5678", "JPY"), speech.number(1234567))
    yield from (speech.price(123456, currency) for currency in ("EUR", "JPY", "KWD", "CNY", "INR", "USD"))
    yield from (speech.percentage(Decimal("5.5")), speech.country("JP"), speech.country("GB"))
    for month in (1, 7):
        for hour in (3, 20):
            at = datetime(2026, month, 23, hour, tzinfo=UTC)
            for zone in ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Sydney"):
                yield speech.instant(at, ZoneInfo(zone))
            yield speech.instant(at)

everything = {tag: list(written(language.of(tag))) for tag in locale_identifiers()}
json.dump({"babel": babel.__file__, "written": everything}, sys.stdout)
"""


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with Babel, cut."""
    folder = tmp_path_factory.mktemp("packages")
    shutil.copytree(Path(babel.__file__).parent, folder / "babel")
    babel_data.cut(folder)
    return folder


def in_every_locale(*path: Path) -> dict[str, str | dict[str, list[str]]]:
    program = f"import sys; sys.path[:0] = {[*map(str, path), str(ROOT / 'src')]}\n{WRITE_IN_EVERY_LOCALE}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    document: dict[str, str | dict[str, list[str]]] = json.loads(done.stdout)
    return document


def test_every_locale_writes_the_same_with_the_cut_data(packages: Path):
    whole, cut = in_every_locale(), in_every_locale(packages)

    assert cut["babel"] == str(packages / "babel" / "__init__.py")
    assert cut["babel"] != whole["babel"]
    assert len(whole["written"]) > 1000
    assert cut["written"] == whole["written"]


def test_the_cut_data_is_small(packages: Path):
    data = packages / "babel" / "locale-data"

    assert sum(path.stat().st_size for path in data.iterdir()) < 4 * MB
