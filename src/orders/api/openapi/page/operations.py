"""Each operation: who may call it, with what, an example, and every answer."""

from collections.abc import Mapping

from orders.api.openapi.page import example
from orders.api.openapi.page.documents import kind
from orders.api.openapi.page.markup import Document, folded, shown, text, words


def html(document: Document) -> str:
    says = {tag["name"]: tag["description"] for tag in document["tags"]}
    return "\n".join(
        f'<section id="{caller}" aria-labelledby="{caller}-title">\n'
        f'<h2 id="{caller}-title">{caller.capitalize()}</h2>\n<p>{words(says[caller])}</p>\n'
        + "\n".join(_article(document, each) for each in operations)
        + "\n</section>"
        for caller, operations in by_caller(document).items()
    )


def by_caller(document: Document) -> dict[str, list[Document]]:
    """The operations, each with its path and method, by who may call them."""
    grouped: dict[str, list[Document]] = {tag["name"]: [] for tag in document["tags"]}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            grouped[operation["tags"][0]].append(operation | {"path": path, "method": method.upper()})
    return grouped


def _article(document: Document, operation: Document) -> str:
    name, method = operation["operationId"], operation["method"]
    return f"""<article id="{name}" aria-labelledby="{name}-title">
<h3 id="{name}-title"><a href="#{name}">{text(operation["summary"])}</a></h3>
<p class="route"><b class="{method}">{method}</b> <code>{text(operation["path"])}</code></p>
{f"<p>{words(operation['description'])}</p>" if "description" in operation else ""}
{_given(operation)}
<h4>As in</h4>
{example.request(operation)}
<h4>Answers</h4>
{"".join(_answer(document, status, each) for status, each in operation["responses"].items())}
</article>"""


def _given(operation: Document) -> str:
    orders = [_parameter(each) for each in operation["parameters"]]
    if "requestBody" in operation:
        body = operation["requestBody"]
        orders.append(
            _term("body", kind(body["content"]["application/json"]["schema"]), body["description"], must=True)
        )
    return f"<h4>What to send</h4>\n<dl>{''.join(orders)}</dl>" if orders else ""


def _parameter(given: Document) -> str:
    return _term(given["name"], f"{given['in']}, {kind(given['schema'])}", given["description"], must=given["required"])


def _term(name: str, what: str, says: str, *, must: bool) -> str:
    required = " <em>required</em>" if must else ""
    return f"<dt><code>{text(name)}</code> <span>{what}</span>{required}<dd>{words(says)}"


def _answer(document: Document, status: str, answer: Document) -> str:
    """What went well is open, what did not can be unfolded."""
    if "$ref" in answer:
        answer = document["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    summary = f'<b class="s{status[0]}">{status}</b> {words(answer["description"])}'
    inner = _headers(answer.get("headers", {})) + "".join(
        _content(media_type, content, status) for media_type, content in answer.get("content", {}).items()
    )
    if not inner:
        return f'<p class="answer">{summary}</p>'
    return folded(summary, inner, is_open=status < "300")


def _headers(headers: Mapping[str, Document]) -> str:
    orders = (
        f"<dt><code>{name}: {text(each['example'])}</code><dd>{words(each['description'])}"
        for name, each in headers.items()
    )
    return f"<dl>{''.join(orders)}</dl>" if headers else ""


def _content(media_type: str, content: Document, status: str) -> str:
    title = f"<p><code>{media_type}</code> {kind(content['schema'])}</p>"
    examples = content.get("examples", {"": {"value": content.get("example")}})
    return title + "".join(shown(each["value"], f"{status}, an example") for each in examples.values() if each["value"])
