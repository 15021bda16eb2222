"""One route as an operation of OpenAPI: what is sent, and every answer, with examples."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, get_args

from orders.api.http import Answer
from orders.api.openapi import examples, problem_answers, schemas
from orders.api.openapi.about import SECURITY
from orders.api.openapi.headers import HEADERS
from orders.api.openapi.route import HTML, JSON, Parameter, Reply, Route
from orders.order.posted import MAX_BODY_BYTES

Document = dict[str, Any]
_NOUNS = {"PostedWebhook": "webhook endpoint", "PostedWebhookChange": "change"}
"""What is posted, where the name of its schema does not say it."""


def described(route: Route) -> Document:
    return {
        "operationId": route.name,
        "tags": [route.authority.value],
        "summary": route.summary,
        **({"description": route.says} if route.says else {}),
        "security": [{route.authority: []}] if route.authority in SECURITY else [],
        "parameters": [_parameter(each) for each in route.parameters],
        **({"requestBody": _to_post(route.takes)} if route.takes else {}),
        "responses": {
            **{str(reply.status): _reply(route, reply) for reply in route.replies},
            **_refusals(route),
        },
    }


def _parameter(given: Parameter) -> Document:
    return {
        "name": given.name,
        "in": given.place,
        "description": given.says,
        "required": given.required,
        "schema": dict(given.limits),
        "example": given.example,
    }


def _to_post(name: str) -> Document:
    shown = {name: {"summary": says, "value": body} for name, (says, body) in examples.TO_POST[name].items()}
    says = f"The {_NOUNS.get(name) or name.removeprefix('Posted').lower()}, at most {MAX_BODY_BYTES // 1024} KiB."
    body = {"schema": _reference(name), "examples": shown}
    return {"description": says, "required": True, "content": {JSON: body}}


def _reply(route: Route, reply: Reply) -> Document:
    headers = {name: _header(route, name) for name in reply.headers}
    content = {kind: _content(route, reply, kind) for kind in reply.documents}
    return {
        "description": reply.says,
        **({"headers": headers} if headers else {}),
        **({"content": content} if content else {}),
    }


def _header(route: Route, name: str) -> Document:
    return HEADERS[name] | {"example": examples.HEADERS.get((route.name, name), HEADERS[name]["example"])}


def _content(route: Route, reply: Reply, media_type: str) -> Document:
    kind = reply.documents[media_type]
    if kind is str:
        return {"schema": {"type": "string"}, "example": examples.TEXTS[route.name]}
    if kind is dict:
        return {"schema": {"type": "object"}}
    kinds = [_reference(each.__name__) for each in get_args(kind) or (kind,)]
    schema = {"anyOf": kinds} if len(kinds) > 1 else kinds[0]
    return {"schema": schema, "example": examples.ANSWERED[route.name, reply.status]}


def _refusals(route: Route) -> Document:
    """A response for each status. Parts that are the same everywhere are in one place."""
    by_status = groupby(problem_answers.of(route), lambda answer: answer.status)
    return {str(status): _refused(route, list(same)) for status, same in by_status}


def _refused(route: Route, answers: Sequence[Answer]) -> Document:
    if answers[0].status not in problem_answers.pages_of(route):
        return _shared(answers)
    response = refusal(answers)
    response["content"][HTML] = {"schema": {"type": "string"}, "example": examples.TEXTS[route.name]}
    return response


def _shared(answers: Sequence[Answer]) -> Document:
    for name, answer in problem_answers.shared().items():
        if [answer] == answers:
            return {"$ref": f"#/components/responses/{name}"}
    return refusal(answers)


def refusal(answers: Sequence[Answer]) -> Document:
    """The problems of one status. Which ones is in the schema: an answer with another problem breaks it."""
    status = answers[0].status
    found = {problem_answers.name(answer): answer.body for answer in answers}
    only = {"type": {"enum": [f"urn:orders:problem:{name}" for name in found]}, "status": {"const": status}}
    headers = {name: HEADERS[name] for name in problem_answers.HEADERS.get(status, ())}
    return {
        "description": problem_answers.titles(answers),
        **({"headers": headers} if headers else {}),
        "content": {
            problem_answers.CONTENT_TYPE: {
                "schema": {"allOf": [_reference("Problem"), {"properties": only}]},
                "examples": {name: {"value": body} for name, body in found.items()},
            }
        },
    }


def _reference(name: str) -> Document:
    return {"$ref": schemas.IN_DOCUMENT.format(model=name)}
