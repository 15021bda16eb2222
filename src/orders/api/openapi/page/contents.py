"""The table of contents."""

from orders.api.openapi.page.markup import Document, text
from orders.api.openapi.page.operations import by_caller


def html(document: Document) -> str:
    groups = [_group(caller, found) for caller, found in by_caller(document).items()]
    names = "".join(f'<li><a href="#{name}">{name}</a>' for name in document["components"]["schemas"])
    return "\n".join([*groups, f'<h2><a href="#documents">Documents</a></h2>\n<ul>{names}</ul>'])


def _group(caller: str, operations: list[Document]) -> str:
    lines = "".join(
        f'<li><a href="#{each["operationId"]}" aria-label="{text(each["summary"])}">'
        f'<b class="{each["method"]}">{each["method"]}</b> {_breakable(each["path"])}</a>'
        for each in operations
    )
    return f'<h2><a href="#{caller}">{caller.capitalize()}</a></h2>\n<ul>{lines}</ul>'


def _breakable(path: str) -> str:
    """A path that may go on in the next line after each of its steps."""
    return text(path).replace("/", "/<wbr>")
