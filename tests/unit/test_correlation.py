"""Each line that is logged for an API request has the gateway's id of that request."""

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from orders import correlation
from orders.api import http
from orders.aws.threads import Threads
from orders.local.logs import Format, show_logs, use
from orders.order.errors import Unavailable

log = logging.getLogger("orders.test")


def call(request_id: str, **headers: str) -> dict[str, Any]:
    """An event whose caller has chosen the id that callers may choose."""
    context = {"path": "/orders", "requestId": "of-the-caller", "extendedRequestId": request_id}
    return {"resource": "/orders", "httpMethod": "GET", "headers": headers, "requestContext": context}


def ids(caplog: pytest.LogCaptureFixture) -> dict[str, str | None]:
    return {line.getMessage(): getattr(line, correlation.FIELD) for line in caplog.records}


def test_every_line_has_the_gateways_id_and_never_the_callers(caplog: pytest.LogCaptureFixture):
    def answer(_request: http.Request) -> http.Answer:
        logging.getLogger("a.library").warning("of a library")
        raise Unavailable("table: throttled")

    http.handler({"GET /orders": answer})(call("the-gateways", x_amzn_requestid="of-the-caller"), None)
    log.warning("later")

    assert ids(caplog) == {
        "of a library": "the-gateways",
        "unavailable: table: throttled": "the-gateways",
        "later": None,
    }


def test_a_fault_that_nobody_expected_has_it_too(caplog: pytest.LogCaptureFixture):
    http.handler({})(call("the-gateways"), None)

    assert ids(caplog) == {"unexpected error in GET /orders": "the-gateways"}


def test_so_have_the_lines_of_the_threads_that_work_for_the_request(caplog: pytest.LogCaptureFixture):
    threads = Threads(2)

    def answer(_request: http.Request) -> http.Answer:
        list(threads.map(log.warning, ["first", "second"]))
        return http.Answer(200)

    handler = http.handler({"GET /orders": answer})
    handler(call("one"), None)

    assert ids(caplog) == {"first": "one", "second": "one"}


def test_requests_side_by_side_keep_their_ids_apart(caplog: pytest.LogCaptureFixture):
    both_are_here = Barrier(2, timeout=10)

    def answer(request: http.Request) -> http.Answer:
        both_are_here.wait()
        log.warning("%s", request.headers["name"])
        return http.Answer(200)

    handler = http.handler({"GET /orders": answer})
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda name: handler(call(f"id of {name}", name=name), None), ["one", "two"]))

    assert ids(caplog) == {"one": "id of one", "two": "id of two"}


def test_on_one_machine_it_is_a_field_of_a_line_of_json(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setenv("ORDERS_LOG_FORMAT", "text")
    use(Format.JSON)
    show_logs()
    with correlation.answering("the-servers"):
        log.warning("in a request")
    log.warning("in none")
    first, second = map(json.loads, capfd.readouterr().err.splitlines())

    assert first["apiRequestId"] == "the-servers"
    assert "apiRequestId" not in second
