"""docs/monitoring.md and deploy/monitoring name what a server really answers, and promtool understands the files."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.support.api import Api
from tests.support.examples import BASKET, ROOT
from tests.support.exposition import Scraped, scraped
from tests.support.servers import serving

PAGE = (ROOT / "docs" / "monitoring.md").read_text(encoding="utf-8")
FOLDER = ROOT / "deploy" / "monitoring"
DASHBOARD = json.loads((FOLDER / "grafana.json").read_text(encoding="utf-8"))
ALERTS: list[dict[str, Any]] = yaml.safe_load((FOLDER / "alerts.yaml").read_text(encoding="utf-8"))["groups"][0][
    "rules"
]
PROMTOOL = shutil.which("promtool", path=f"{os.environ['PATH']}:{Path(sys.executable).parent}")
"""`make test` takes it out of Debian's package, into the environment of the tests."""
needs_promtool = pytest.mark.skipif(
    PROMTOOL is None, reason="promtool is not installed (Debian: apt-get install prometheus)"
)
OF_A_HISTOGRAM = re.compile("_(bucket|sum|count)$")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scraped]:
    """What a server answers that has completed an order, and has an outbox."""
    with serving(tmp_path_factory.mktemp("data")) as address:
        Api(address).post_order(BASKET)
        Api(address).receipt(BASKET["orderId"])
        yield scraped(address)


def queries() -> Iterator[str]:
    yield from (alert["expr"] for alert in ALERTS)
    for panel in DASHBOARD["panels"]:
        yield from (target["expr"] for target in panel["targets"])


def named_in(query: str) -> set[str]:
    """The metrics in a query. Its functions and labels do not begin like these."""
    return set(re.findall(r"\b(?:orders|process)_\w+", query))


@pytest.mark.parametrize("query", sorted(set(queries())))
def test_every_metric_of_the_dashboard_and_the_alerts_is_one_that_a_server_has(found: Scraped, query: str):
    names = {OF_A_HISTOGRAM.sub("", name) for name in named_in(query)}

    assert names
    assert names <= found.names


@pytest.mark.parametrize("query", sorted({query for query in queries() if re.search("stat(e|us)=", query)}))
def test_every_state_that_a_query_names_exists(found: Scraped, query: str):
    for name, label, state in re.findall(r'(orders_(?!requests)\w+)\{[^}]*(state|status)!?="(\w+)"', query):
        assert f'{name}{{{label}="{state}"}}' in found.samples


def test_the_page_explains_every_metric_and_no_other_with_its_labels(found: Scraped):
    rows = re.findall(r"^\| (`(?:orders|process)_[^|]+)\|([^|]*)\|", PAGE, re.M)
    explained = {
        name: set(re.findall(r"`(\w+)`", labels)) for names, labels in rows for name in re.findall(r"`(\w+)`", names)
    }
    is_on_linux = any(name.startswith("process_") for name in found.names)

    assert {name for name in explained if is_on_linux or not name.startswith("process_")} == found.names
    for name, labels in explained.items():
        written = [line for line in found.samples if re.split(r"[{]", line)[0] == name]
        assert all(set(re.findall(r'(\w+)="', line)) == labels for line in written)


def test_the_page_explains_every_reason_and_every_alert(found: Scraped):
    reasons = {line.split('"')[1] for line in found.samples if line.startswith("orders_failed{")}

    assert all(f"| `{reason}` |" in PAGE for reason in reasons)
    assert re.findall(r"^\| `(Orders\w+)`", PAGE, re.M) == [alert["alert"] for alert in ALERTS]
    assert len(ALERTS) == 8


def test_the_pages_example_is_the_one_beside_the_alerts():
    example = re.search(r"all that Prometheus needs:\n\n```yaml\n(.*?)```", PAGE, re.S)

    assert example
    assert example[1] in (FOLDER / "prometheus.yaml").read_text(encoding="utf-8")


def test_the_panels_of_the_dashboard_do_not_overlap_and_each_asks_the_chosen_source():
    taken = set[tuple[int, int]]()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken
        assert all(x < 24 for x, _ in cells)
        taken |= cells
        assert {target["datasource"]["uid"] for target in panel["targets"]} == {"${datasource}"}
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


def promtool(*arguments: object, stdin: str | None = None) -> None:
    done = subprocess.run([str(PROMTOOL), *map(str, arguments)], input=stdin, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stderr, done.stderr


@needs_promtool
def test_promtool_finds_no_fault_in_the_rules_the_example_and_the_metrics(found: Scraped):
    promtool("check", "rules", FOLDER / "alerts.yaml")
    promtool("check", "config", FOLDER / "prometheus.yaml")
    promtool("check", "metrics", stdin=found.text)


@needs_promtool
def test_each_alert_fires_when_it_must_and_never_otherwise(tmp_path: Path):
    for file in (FOLDER / "alerts.yaml", Path(__file__).with_name("alerts_test.yaml")):
        shutil.copy(file, tmp_path)

    promtool("test", "rules", tmp_path / "alerts_test.yaml")


@needs_promtool
@pytest.mark.parametrize("query", sorted(set(queries())))
def test_every_query_of_the_dashboard_can_be_parsed(tmp_path: Path, query: str):
    filled = query.replace("$__rate_interval", "1m").replace("$job", "orders")
    rules = {"groups": [{"name": "all", "rules": [{"record": "a:b", "expr": filled}]}]}
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump(rules))

    promtool("check", "rules", tmp_path / "rules.yaml")
