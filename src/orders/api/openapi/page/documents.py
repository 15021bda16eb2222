"""The documents that are posted and answered: each with its fields."""

from collections.abc import Iterator

from orders.api.openapi.page.markup import Document, paragraphs, text, words

MOST_VALUES = 8


def html(document: Document) -> str:
    schemas = document["components"]["schemas"]
    return (
        '<section id="documents" aria-labelledby="documents-title">\n<h2 id="documents-title">Documents</h2>\n'
        + "\n".join(_article(name, schema) for name, schema in schemas.items())
        + "\n</section>"
    )


def kind(schema: Document) -> str:
    """What a value is, in a few words, with links to documents."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f'<a href="#{name}">{name}</a>'
    if either := schema.get("anyOf") or schema.get("allOf"):
        return " or ".join(dict.fromkeys(kind(each) for each in either if "$ref" in each or "type" in each))
    types = schema.get("type", "value")
    named = " or ".join(_type(each, schema) for each in ([types] if isinstance(types, str) else types))
    return ", ".join([named, *_limits(schema)])


def _type(name: str, schema: Document) -> str:
    if name == "array":
        return f"array of {kind(schema['items'])}"
    return str(schema.get("format", name)) if name == "string" else name


def _limits(schema: Document) -> Iterator[str]:
    """Limits of numbers, texts and lists; patterns are told in words."""
    for least, most, unit in (
        ("minimum", "maximum", ""),
        ("minLength", "maxLength", " characters"),
        ("minItems", "maxItems", " items"),
    ):
        if most in schema:
            low = schema.get(least)
            yield f"{low:,} to {schema[most]:,}{unit}" if low is not None else f"at most {schema[most]:,}{unit}"
    if "default" in schema:
        yield f"{schema['default']} if not given"
    values = [str(value) for value in schema.get("enum", ()) if value is not None]
    if values:
        more = " ..." if len(values) > MOST_VALUES else ""
        yield " ".join(f"<code>{text(value)}</code>" for value in values[:MOST_VALUES]) + more


def _article(name: str, schema: Document) -> str:
    return f"""<article id="{name}" aria-labelledby="{name}-title">
<h3 id="{name}-title"><a href="#{name}">{name}</a></h3>
{paragraphs(schema.get("description", ""))}
{_fields(schema) if "properties" in schema else f"<p>{kind(schema)}</p>"}
</article>"""


def _fields(schema: Document) -> str:
    required = schema.get("required", ())
    orders = (
        f"<dt><code>{text(field)}</code> <span>{kind(each)}</span>{' <em>required</em>' if field in required else ''}"
        f"<dd>{words(each.get('description', ''))}"
        for field, each in schema["properties"].items()
    )
    return f"<dl>{''.join(orders)}</dl>"
