"""`orders invoke`, which needs no server."""

import json
from pathlib import Path

from tests.support.command import Orders

POST = {
    "httpMethod": "POST",
    "resource": "/orders",
    "headers": {"Content-Type": "application/json"},
    "body": '{"orderId":"zoë is no id","customerName":"Zoë"}',
}
GOOD = POST | {"body": '{"orderId":"invoked-1","customerName":"Zoë"}'}


def test_a_function_answers_an_event(orders: Orders, tmp_path: Path) -> None:
    (tmp_path / "event.json").write_text(json.dumps(GOOD))

    accepted = orders("invoke", "ReceiveOrderFunction", "--event", "event.json")
    processed = orders(
        "invoke", "ProcessOrderFunction", "--event", "-", stdin='{"Records":[{"messageId":"1","body":"invoked-1"}]}'
    )
    shown = orders("invoke", "GetOrderFunction", "--event", "-", stdin=json.dumps(show("invoked-1")))

    assert accepted.json()["statusCode"] == 202
    assert processed.json() == {"batchItemFailures": []}
    assert json.loads(shown.json()["body"])["status"] == "COMPLETED"
    assert "Zoë" in shown.stdout
    assert (tmp_path / "data" / "orders.db").exists()


def test_what_a_function_refuses_is_its_answer(orders: Orders) -> None:
    done = orders("invoke", "ReceiveOrderFunction", "--event", "-", stdin=json.dumps(POST))

    assert (done.code, done.json()["statusCode"]) == (0, 422)


def test_an_unknown_function_lists_those_there_are(orders: Orders) -> None:
    done = orders("invoke", "CookDinner", "--event", "-", stdin="{}")

    assert done.code == 2
    assert "ReceiveOrderFunction, GetOrderFunction" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_event_that_is_not_there_or_not_json_is_wrong_usage(orders: Orders) -> None:
    missing = orders("invoke", "GetOrderFunction", "--event", "nowhere.json")
    broken = orders("invoke", "GetOrderFunction", "--event", "-", stdin="{")

    assert (missing.code, broken.code) == (2, 2)
    assert "nowhere.json can't be read" in missing.stderr
    assert "not JSON" in broken.stderr


def test_a_function_that_raises_is_one_line(orders: Orders) -> None:
    done = orders("invoke", "ProcessOrderFunction", "--event", "-", stdin="{}")

    assert (done.code, done.stdout) == (1, "")
    assert "ProcessOrderFunction raised KeyError" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_folder_that_can_not_be_used_is_one_line(orders: Orders, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    done = orders("invoke", "SweepOrdersFunction", "--event", "-", "--data", "file/data", stdin="{}")

    assert done.code == 1
    assert len(done.stderr.splitlines()) == 1


def show(order_id: str) -> dict[str, object]:
    return {"httpMethod": "GET", "resource": "/orders/{orderId}", "pathParameters": {"orderId": order_id}}
