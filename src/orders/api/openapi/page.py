"""Render the documentation page from the OpenAPI document: the markup is in `page.jinja`."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

Document = dict[str, Any]

_CREDENTIALS = {
    "shop": '-H "x-api-key: $ORDERS_API_KEY"',
    "operator": '-H "Authorization: Bearer $ORDERS_OPERATOR_TOKEN"',
}


def render(document: Document) -> str:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"words": _words, "code": _code, "curl": _curl}
    return environment.get_template("page.jinja").render(document, operations=_operations(document)).lstrip() + "\n"


def _operations(document: Document) -> dict[str, list[Document]]:
    """The operations, each with its path and method, by who may call them."""
    grouped: dict[str, list[Document]] = {tag["name"]: [] for tag in document["tags"]}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            grouped[operation["tags"][0]].append(operation | {"path": path, "method": method.upper()})
    return grouped


def _words(plain: str) -> Markup:
    """A text in which backquotes mark code."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(plain))))  # noqa: S704 - escaped


def _code(example: object) -> Markup:
    """A document as JSON with its names highlighted; a text as it is."""
    if isinstance(example, str):
        return escape(example.replace("\r\n", "\n"))
    lines = str(escape(json.dumps(example, ensure_ascii=False, indent=2)))
    return Markup(re.sub(r"^( *)(&#34;\w+&#34;):", r"\1<b>\2</b>:", lines, flags=re.MULTILINE))  # noqa: S704 - escaped


def _curl(operation: Document) -> str:
    """An example of a call, in which `$ORDERS_URL` is the API's address."""
    method = operation["method"]
    command = f'curl{"" if method == "GET" else f" -X {method}"} "{_address(operation)}"'
    options = [_CREDENTIALS[name] for each in operation["security"] for name in each]
    if "requestBody" in operation:
        body = next(iter(operation["requestBody"]["content"]["application/json"]["examples"].values()))["value"]
        options.append(f"--json '{json.dumps(body, ensure_ascii=False, indent=2)}'")
    return " \\\n  ".join([command, *options])


def _address(operation: Document) -> str:
    """The URL, with the required parameters of its query or, if none is required and it changes nothing, the first."""
    path = operation["path"]
    for each in operation["parameters"]:
        path = path.replace(f"{{{each['name']}}}", str(each["example"]))
    of_query = [each for each in operation["parameters"] if each["in"] == "query"]
    chosen = [each for each in of_query if each["required"]] or of_query[: operation["method"] == "GET"]
    query = "&".join(f"{each['name']}={quote(str(each['example']))}" for each in chosen)
    return f"$ORDERS_URL{path}{f'?{query}' if query else ''}"
