"""template.yaml is the one place where routes, queues and schedules stand."""

from datetime import timedelta

import pytest

from orders.api.authority import Authority
from orders.api.openapi.routes import ROUTES
from orders.local.lambda_ import runtime, template

TEMPLATE = template.load()


def test_the_routes_are_those_that_are_described_each_with_its_authority():
    routes = {
        (route.method, route.path): route.authority
        for function in TEMPLATE.functions.values()
        for route in function.routes
        if route.method != "ANY"
    }
    to_a_gateway = {Authority.CUSTOMER: Authority.ANYONE}
    methods = {"GET": ("GET", "HEAD")}

    assert routes == {
        (method, route.path): to_a_gateway.get(route.authority, route.authority)
        for route in ROUTES
        for method in methods.get(route.method, (route.method,))
    }


@pytest.mark.parametrize("name", TEMPLATE.functions)
def test_every_function_of_the_template_can_be_called(name: str, tmp_path, monkeypatch):
    monkeypatch.setenv("ORDERS_DATA", str(tmp_path))

    assert callable(runtime.function(TEMPLATE.functions[name]).invoke)


def test_orders_and_what_was_given_up_on_reach_their_functions_in_partial_batches():
    process, fail = TEMPLATE.functions["ProcessOrderFunction"], TEMPLATE.functions["FailOrderFunction"]

    assert [source.queue for source in process.sources] == [TEMPLATE.order_queue]
    assert [source.queue for source in fail.sources] == [TEMPLATE.queues[TEMPLATE.order_queue].dead_letter]
    assert all(source.reports_failures for source in (*process.sources, *fail.sources))


def test_a_message_stays_hidden_for_at_least_six_times_its_functions_timeout():
    for function in TEMPLATE.functions.values():
        for source in function.sources:
            assert TEMPLATE.queues[source.queue].visibility >= 6 * function.timeout


def test_one_machine_has_no_canary():
    """It would fill the table with orders that nobody posted."""
    assert "CanaryFunction" in template.ONLY_ON_AWS
    assert not template.ONLY_ON_AWS & TEMPLATE.functions.keys()


def test_the_sweep_runs_every_minute():
    assert TEMPLATE.functions["SweepOrdersFunction"].schedules == (timedelta(minutes=1),)


def test_a_schedule_that_is_no_rate_is_refused_rather_than_forgotten():
    with pytest.raises(ValueError, match="rate"):
        template._rate("cron(0 * * * ? *)")
