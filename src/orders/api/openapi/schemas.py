"""JSON Schema (2020-12) of what is posted and of what is answered, from the types."""

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from orders.api.openapi import fitting, words
from orders.api.openapi.types_for_pydantic import taken
from orders.order import validation, webhook_validation

Schema = dict[str, Any]

IN_DOCUMENT = "#/components/schemas/{model}"


class _Plain(GenerateJsonSchema):
    """Without titles that repeat names, defaults that say nothing, and a detour for null."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> Schema:
        return self.generate_inner(schema["schema"])

    def nullable_schema(self, schema: core_schema.NullableSchema) -> Schema:
        inner = self.generate_inner(schema["schema"])
        if "type" not in inner:
            return {"anyOf": [inner, {"type": "null"}]}
        return inner | {"type": [inner["type"], "null"]}


POSTED: dict[str, tuple[TypeAdapter[Any], str | None]] = {
    "PostedOrder": (validation.ADAPTER, "orderId"),
    "PostedRefund": (validation.REFUND_ADAPTER, "refundId"),
    "PostedCorrection": (validation.CORRECTION_ADAPTER, "correctionId"),
    "PostedWebhook": (webhook_validation.ADAPTER, None),
    "PostedWebhookChange": (webhook_validation.CHANGE_ADAPTER, None),
    "PostedReplay": (webhook_validation.REPLAY_ADAPTER, None),
}
"""The bodies by name, and the id in each that is made where there is none."""


def posted(name: str, template: str = "#/$defs/{model}") -> Schema:
    """A body that is posted: what it refers to is in its `$defs`, addressed by the template."""
    adapter, made = POSTED[name]
    schema = adapter.json_schema(ref_template=template, schema_generator=_Plain)
    if made:
        schema["required"].remove(made)
    if not schema.get("required", True):
        del schema["required"]
    for part_name, part in [(name, schema), *schema.get("$defs", {}).items()]:
        part["properties"] = _required_first(part)
        if part_name in fitting.OF:
            part["allOf"] = fitting.OF[part_name]
    return schema


def _required_first(part: Schema) -> Schema:
    properties, required = part["properties"], part.get("required", ())
    return {name: properties[name] for name in dict.fromkeys((*required, *properties))}


def of_document(answered: Iterable[type]) -> dict[str, Schema]:
    """What is posted and what is answered, by name, for an OpenAPI document."""
    return _of_bodies() | of_answers(answered, IN_DOCUMENT)


def of_answers(answered: Iterable[type], template: str = "#/$defs/{model}") -> dict[str, Schema]:
    """What is answered, or sent to an endpoint, by name; what it refers to is addressed by the template."""
    adapters = [(kind.__name__, "serialization", TypeAdapter(taken(kind))) for kind in answered]
    _, found = TypeAdapter.json_schemas(adapters, ref_template=template, schema_generator=_Plain)  # type: ignore[arg-type]
    answers: dict[str, Schema] = found["$defs"]
    for name, schema in answers.items():
        _add_words(name, schema)
    return answers


def _of_bodies() -> dict[str, Schema]:
    found: dict[str, Schema] = {}
    for name in POSTED:
        body = posted(name, IN_DOCUMENT)
        parts = body.pop("$defs", {})
        found |= {name: body, **parts}
    return found


def _add_words(kind: str, schema: Schema) -> None:
    fields = schema.get("properties", {})
    for name, limits in fields.items():
        said = words.of(kind, name)
        fields[name] = said if "$ref" in said else limits | said
