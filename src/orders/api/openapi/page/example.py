"""How an operation is called, with curl."""

import json
from urllib.parse import quote

from orders.api.openapi.page.markup import Document, code

_CREDENTIALS = {
    "shop": '-H "x-api-key: $ORDERS_API_KEY"',
    "operator": '-H "Authorization: Bearer $ORDERS_OPERATOR_TOKEN"',
}


def request(operation: Document) -> str:
    """An example, `$ORDERS_URL` standing for the API's address."""
    steps = ["curl" if operation["method"] == "GET" else f"curl -X {operation['method']}", f'"{_address(operation)}"']
    steps += [_CREDENTIALS[name] for each in operation["security"] for name in each]
    if "requestBody" in operation:
        body = json.dumps(
            operation["requestBody"]["content"]["application/json"]["example"], ensure_ascii=False, indent=2
        )
        steps.append(f"--json '{body}'")
    return code(" \\\n  ".join([" ".join(steps[:2]), *steps[2:]]), "An example of a call")


def _address(operation: Document) -> str:
    """The URL, with what must be in its query and, where nothing must, the first thing that may."""
    path, given = operation["path"], operation["parameters"]
    for each in given:
        path = path.replace(f"{{{each['name']}}}", str(each["example"]))
    of_query = [each for each in given if each["in"] == "query"]
    chosen = [each for each in of_query if each["required"]] or of_query[:1]
    query = "&".join(f"{each['name']}={quote(str(each['example']))}" for each in chosen)
    return f"$ORDERS_URL{path}{f'?{query}' if query else ''}"
