"""The canary in the template: who can mark an order, how often it runs, and what its alarm sees."""

import json
from typing import Any

from tests.support.translated import named_in, resources, the, translated, without

from orders.use_cases import canary

MINUTES = 60
CONDITIONS = {"RunsCanary", "TellsOfCanary"}


def test_without_the_parameter_there_is_no_canary_and_no_order_can_be_marked():
    ours = {name for name, it in translated()["Resources"].items() if it.get("Condition") in CONDITIONS}
    rest = {name: it for name, it in translated()["Resources"].items() if name not in ours}

    assert translated()["Parameters"]["Canary"]["Default"] == "none"
    assert {"CanaryFunction", "CanaryKey", "CanaryAlarm", "CanaryFunctionEveryFiveMinutes"} <= ours
    assert "ORDERS_CANARY_KEY_ID" not in json.dumps(without("RunsCanary", set_for("ReceiveOrderFunction")) or {})
    for name, resource in rest.items():
        assert not ours & set(named_in(without("RunsCanary", resource))), name


def set_for(function: str) -> dict[str, Any]:
    """The variables in the environment of a function, without those that have no value where there is no canary."""
    variables = resources("AWS::Lambda::Function")[function]["Environment"]["Variables"]
    return {name: value for name, value in variables.items() if without("RunsCanary", value) != {"Ref": "AWS::NoValue"}}


def test_the_key_that_marks_orders_is_the_canarys_and_only_the_canary_reads_it():
    of_receive_order = resources("AWS::Lambda::Function")["ReceiveOrderFunction"]["Environment"]["Variables"]
    of_canary = resources("AWS::Lambda::Function")["CanaryFunction"]["Environment"]["Variables"]
    readers = [role for role, it in resources("AWS::IAM::Role").items() if "apigateway:GET" in json.dumps(it)]

    assert of_receive_order["ORDERS_CANARY_KEY_ID"]["Fn::If"][:2] == ["RunsCanary", {"Ref": "CanaryKey"}]
    assert of_canary["ORDERS_CANARY_KEY_ID"] == {"Ref": "CanaryKey"}
    assert resources("AWS::ApiGateway::UsagePlanKey")["UsagePlanKey"]["KeyId"] == {"Ref": "ApiKey"}
    assert readers == ["CanaryRole"]
    assert "CanaryKey" not in json.dumps(translated()["Outputs"])


def test_the_key_is_sent_over_tls_whatever_the_public_address_is():
    """To an address that is open: API Gateway's own may be closed once there is a domain."""
    condition, domain, own = resources("AWS::Lambda::Function")["CanaryFunction"]["Environment"]["Variables"][
        "ORDERS_API_URL"
    ]["Fn::If"]

    assert condition == "HasDomain"
    assert domain["Fn::Sub"] == "https://${DomainName}/${DomainBasePath}"
    assert own["Fn::Sub"].startswith("https://${Api}.execute-api.")


def test_a_run_ends_before_the_next_one_and_has_time_for_two_minutes_of_patience():
    timeout = resources("AWS::Lambda::Function")["CanaryFunction"]["Timeout"]
    schedule = resources("AWS::Scheduler::Schedule")["CanaryFunctionEveryFiveMinutes"]

    assert schedule["ScheduleExpression"] == "rate(5 minutes)"
    assert schedule["Target"]["RetryPolicy"] == {"MaximumRetryAttempts": 0}
    assert timeout < 5 * MINUTES
    assert canary.PATIENCE == 2 * MINUTES


def test_the_throttle_lets_the_canary_look_as_often_as_it_wants():
    throttle = resources("AWS::ApiGateway::UsagePlan")["CanaryUsagePlan"]["Throttle"]

    assert throttle["RateLimit"] >= 1 / canary.PAUSE
    assert throttle["BurstLimit"] >= 3


def test_the_alarm_sees_each_run_and_no_run():
    """Scheduler calls within a minute of the time, and a run may take more than two: no period is without a run."""
    metric = resources("AWS::Logs::MetricFilter")["CanaryReceipts"]["MetricTransformations"][0]
    alarm = resources("AWS::CloudWatch::Alarm")["CanaryAlarm"]

    assert (alarm["Namespace"], alarm["MetricName"]) == (metric["MetricNamespace"], metric["MetricName"])
    assert "DefaultValue" not in metric  # or lines of Lambda itself would count as runs
    assert (alarm["Statistic"], alarm["ComparisonOperator"], alarm["Threshold"]) == ("Minimum", "LessThanThreshold", 1)
    assert alarm["Period"] >= (5 + 1) * MINUTES + canary.PATIENCE
    assert (alarm["EvaluationPeriods"], alarm["TreatMissingData"]) == (1, "breaching")


def test_the_roles_of_all_functions_may_trace_if_they_shall_and_nothing_else_is_allowed_everywhere():
    policy = translated()["Resources"]["TracingPolicy"]
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    functions = resources("AWS::Lambda::Function").values()

    assert policy["Condition"] == "Traces"
    assert the("AWS::ApiGateway::Stage")["TracingEnabled"] is False  # its part of a trace would have the URL
    assert {name for role in policy["Properties"]["Roles"] for name in named_in(role)} - {"AWS::NoValue"} == {
        function["Role"]["Fn::GetAtt"][0] for function in functions
    }
    assert statement == {
        "Effect": "Allow",
        "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
        "Resource": "*",  # X-Ray knows no resources for these
    }
    assert {str(function["TracingConfig"]) for function in functions} == {"{'Mode': {'Ref': 'Tracing'}}"}
    assert translated()["Parameters"]["Tracing"]["Default"] == "PassThrough"
    assert [*resources("AWS::IAM::ManagedPolicy")] == ["TracingPolicy"]
