"""What a server answers on /metrics, as tests read it."""

from collections.abc import Mapping
from typing import NamedTuple

import urllib3
from prometheus_client.parser import text_string_to_metric_families


class Scraped(NamedTuple):
    """`samples` by name and labels, as in `orders_mails{state="SENT"}`. `names` are those of metrics, as in a query."""

    samples: Mapping[str, float]
    names: frozenset[str]
    text: str

    def at(self, name: str, **labels: str) -> float:
        return self.samples[_written(name, labels)]


def scraped(address: str, **headers: str) -> Scraped:
    """Headers with `_` for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = urllib3.request("GET", f"{address}/metrics", headers=named, retries=False)
    assert answer.status == 200, answer.data
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    families = list(text_string_to_metric_families(answer.data.decode()))
    samples = {_written(sample.name, sample.labels): sample.value for family in families for sample in family.samples}
    names = {family.name + ("_total" if family.type == "counter" else "") for family in families}
    return Scraped(samples, frozenset(names), answer.data.decode())


def _written(name: str, labels: Mapping[str, str]) -> str:
    inside = ",".join(f'{label}="{value}"' for label, value in sorted(labels.items()))
    return f"{name}{{{inside}}}" if inside else name
