"""The form and language that a caller prefers: the headers Accept and Accept-Language (RFC 9110, section 12.5)."""

import re
from collections.abc import Mapping

HTML = "text/html"
_JSON = ("application/json", "application/problem+json", "application/*", "*/*")
_WEIGHT = re.compile(r"q=([01](?:\.[0-9]{0,3})?)")
_MOST = 50
"""So many names of a header are read. It may have any number."""


def prefers_html(headers: Mapping[str, str]) -> bool:
    """Whether the caller prefers HTML to JSON, as browsers do. A program that accepts anything gets JSON."""
    weights = _weights(headers.get("accept", ""))
    html = weights.get(HTML, 0)
    json = next((weights[each] for each in _JSON if each in weights), 0)
    if html == json:
        return html > 0 and not (weights.keys() & {*_JSON[:2]})
    return html > json


def languages(headers: Mapping[str, str]) -> list[str]:
    """The tags of the languages that the caller reads, the most welcome first."""
    weights = _weights(headers.get("accept-language", ""))
    return [tag for tag in sorted(weights, key=lambda tag: -weights[tag]) if weights[tag] > 0]


def _weights(header: str) -> dict[str, float]:
    """Each name, in lower case and without its parameters, and its weight from 0 to 1."""
    weights: dict[str, float] = {}
    for part in header.split(",")[:_MOST]:
        name, *parameters = (each.strip().lower() for each in part.split(";"))
        found = [float(match[1]) for each in parameters if (match := _WEIGHT.fullmatch(each))]
        if name:
            weights.setdefault(name, min(found[0], 1.0) if found else 1.0)
    return weights
