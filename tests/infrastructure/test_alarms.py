"""Somebody is told of each fault, and of nothing else; and the page that they open then says what to do."""

import json
import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

import pytest
from tests.support import alarms, aws_traffic, log_stories, metric_filters
from tests.support.alarms import ALARM, ALARMS, FILTERS, OK, Metrics, plain
from tests.support.aws_traffic import FUNCTIONS, of_function, of_queue, waiting
from tests.support.conditions import Choice
from tests.support.examples import ROOT
from tests.support.lambda_lines import REPORT, UNCAUGHT, access_line
from tests.support.translated import Resource, as_list, named_in, resources, statements, the, translated

RUNBOOK = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
ALL_DAY = range(120)
WATCHED_MINUTES = range(15, 120)
"""Not those in which an alarm also looks at the time before the stack was there."""
BEGIN, END = 40, 60
"""Of the fault, in minutes."""
WITHIN, LATER = 15, 30
"""How many minutes after a fault begins somebody is told, and how many after it ends."""


@cache
def a_busy_day() -> Metrics:
    return aws_traffic.ordinary_day(ALL_DAY)


@cache
def a_quiet_night() -> Metrics:
    return aws_traffic.quiet_night(ALL_DAY)


Fault = Callable[[Metrics, int], None]
"""What is measured in a minute of the fault, besides what an ordinary day has."""


def dead_letter(metrics: Metrics, minute: int) -> None:
    """FailOrder takes it at once: nobody sees it wait."""
    of_queue(metrics, minute, "DeadLetterQueue", "NumberOfMessagesReceived", 1)


def dead_letter_that_nobody_takes(metrics: Metrics, minute: int) -> None:
    waiting(metrics, minute, "DeadLetterQueue", messages=1, seconds=1000)


def dead_mail(metrics: Metrics, minute: int) -> None:
    waiting(metrics, minute, "MailDeadLetterQueue", messages=1, seconds=1000)


def dead_webhook(metrics: Metrics, minute: int) -> None:
    waiting(metrics, minute, "WebhookDeadLetterQueue", messages=1, seconds=1000)


def not_recorded(metrics: Metrics, minute: int) -> None:
    waiting(metrics, minute, "EventFailureQueue", messages=1, seconds=1000)


def not_counted(metrics: Metrics, minute: int) -> None:
    waiting(metrics, minute, "CountFailureQueue", messages=1, seconds=1000)


def old_message(queue: str, metrics: Metrics, minute: int) -> None:
    waiting(metrics, minute, queue, messages=1, seconds=1000)


def order_fails(metrics: Metrics, minute: int) -> None:
    metrics.log(minute, "CountOrdersLogs", log_stories.failure_counted())


def order_is_retried_in_vain(metrics: Metrics, minute: int) -> None:
    metrics.log(minute, "CountOrdersLogs", log_stories.retried_in_vain())


def error_line(metrics: Metrics, minute: int) -> None:
    metrics.log(minute, "ProcessOrderLogs", [REPORT, log_stories.errors()[0]])


def function_fails(name: str, metrics: Metrics, minute: int) -> None:
    of_function(metrics, minute, name, "Errors", 1)


def function_is_throttled(name: str, metrics: Metrics, minute: int) -> None:
    of_function(metrics, minute, name, "Throttles", 4)


def reading_stops(reader: str, metrics: Metrics, minute: int) -> None:
    of_function(metrics, minute, reader, "IteratorAge", 400_000)


def endpoint_fails(metrics: Metrics, minute: int) -> None:
    """It is tried every five minutes."""
    if minute % 5 == 0:
        metrics.log(minute, "DeliverWebhooksLogs", [REPORT, *log_stories.webhook(works=False)])


def no_sweep(metrics: Metrics, minute: int) -> None:
    """What nobody calls has no metric."""
    for (_, _, dimensions), samples in metrics.samples.items():
        if ("FunctionName", "SweepOrdersFunction") in dimensions:
            samples.pop(minute, None)


def schedule_without_target(metrics: Metrics, minute: int) -> None:
    for name in ("TargetErrorCount", "InvocationDroppedCount"):
        metrics.add(minute, "AWS/Scheduler", name, 1, ScheduleGroup="ScheduleGroup")


def api_fails(metrics: Metrics, minute: int) -> None:
    metrics.log(minute, "ApiLogs", [access_line(503)] * 2)


def api_is_slow(metrics: Metrics, minute: int) -> None:
    for _ in range(10):
        metrics.add(minute, "AWS/ApiGateway", "Latency", 12_000, **aws_traffic.API)


def index_is_throttled(metrics: Metrics, minute: int) -> None:
    """A write that an index takes no more counts as a throttled request of the write to the table."""
    dimensions = {"TableName": "OrderTable", "Operation": "PutItem"}
    metrics.add(minute, "AWS/DynamoDB", "ThrottledRequests", 3, **dimensions)


def table_of_events_is_throttled(metrics: Metrics, minute: int) -> None:
    metrics.add(minute, "AWS/DynamoDB", "ThrottledRequests", 3, TableName="EventTable", Operation="Query")


def transactions_conflict(metrics: Metrics, minute: int) -> None:
    metrics.add(minute, "AWS/DynamoDB", "TransactionConflict", 200, TableName="CountTable")


def reputation(name: str, value: float, metrics: Metrics, minute: int) -> None:
    metrics.samples["AWS/SES", name, frozenset()][minute] = [value]


def many_at_once(metrics: Metrics, minute: int) -> None:
    metrics.add(minute, "AWS/Lambda", "ConcurrentExecutions", 9)


def canary_finds_no_receipt(metrics: Metrics, minute: int) -> None:
    if minute % aws_traffic.CANARY_MINUTES == 0:
        metrics.log(minute, "CanaryLogs", log_stories.canary(works=False))


def canary_does_not_run(metrics: Metrics, minute: int) -> None:
    """Its function fails, or nobody calls it: no run logs its line."""
    metrics.samples["Orders/AWS::StackName", "CanaryReceipts", frozenset()].pop(minute, None)


def names_of(function: str, kind: str) -> str:
    return f"{function.removesuffix('Function')}{kind}Alarm"


FAULTS: dict[str, Fault] = {
    "DeadLettersAlarm": dead_letter,
    "MailDeadLettersAlarm": dead_mail,
    "WebhookDeadLettersAlarm": dead_webhook,
    "CountFailuresAlarm": not_counted,
    "EventFailuresAlarm": not_recorded,
    "OldMessagesAlarm": partial(old_message, "OrderQueue"),
    "OldSlowMessagesAlarm": partial(old_message, "SlowOrderQueue"),
    "OldMailAlarm": partial(old_message, "MailQueue"),
    "OldWebhookMessagesAlarm": partial(old_message, "WebhookQueue"),
    "OrdersFailedAlarm": order_fails,
    "ErrorLinesAlarm": error_line,
    "CountingBehindAlarm": partial(reading_stops, "CountOrdersFunction"),
    "EventsBehindAlarm": partial(reading_stops, "RecordEventsFunction"),
    "WebhooksFailingAlarm": endpoint_fails,
    "NoSweepAlarm": no_sweep,
    "SchedulerAlarm": schedule_without_target,
    "ApiErrorsAlarm": api_fails,
    "ApiLatencyAlarm": api_is_slow,
    "TableThrottlesAlarm": index_is_throttled,
    "EventTableThrottlesAlarm": table_of_events_is_throttled,
    "TransactionConflictsAlarm": transactions_conflict,
    "BouncesAlarm": partial(reputation, "Reputation.BounceRate", 0.06),
    "ComplaintsAlarm": partial(reputation, "Reputation.ComplaintRate", 0.002),
    "ConcurrencyAlarm": many_at_once,
    "CanaryAlarm": canary_finds_no_receipt,
    **{names_of(name, "Errors"): partial(function_fails, name) for name in FUNCTIONS},
    **{names_of(name, "Throttles"): partial(function_is_throttled, name) for name in FUNCTIONS},
}


def told(name: str, fault: Fault, metrics: Metrics) -> list[tuple[int, str]]:
    """When somebody is told what by this alarm, if this fault lasts from `BEGIN` to `END`."""
    for minute in range(BEGIN, END):
        fault(metrics, minute)
    return alarms.changes(ALARMS[name], metrics, WATCHED_MINUTES)


def test_every_alarm_is_tried():
    assert FAULTS.keys() == ALARMS.keys()


@pytest.mark.parametrize("name", FAULTS)
def test_an_alarm_comes_with_its_fault_and_goes_with_it_and_is_told_once(name: str):
    (first, began), (second, ended) = told(name, FAULTS[name], a_busy_day().copy())

    assert (began, ended) == (ALARM, OK)
    assert BEGIN < first <= BEGIN + WITHIN
    assert END < second <= END + LATER


ON_QUIET_NIGHTS = FAULTS.keys() - {"ApiErrorsAlarm", "ApiLatencyAlarm", "BouncesAlarm", "ComplaintsAlarm"}
"""Without requests none fails, and a reputation that is bad remains so while nobody sends e-mail."""


@pytest.mark.parametrize("name", sorted(ON_QUIET_NIGHTS))
def test_a_fault_on_a_quiet_night_is_told_too(name: str):
    assert [after for _, after in told(name, FAULTS[name], a_quiet_night().copy())] == [ALARM, OK]


def test_a_bad_reputation_stays_one_while_nobody_sends_mail():
    assert [after for _, after in told("BouncesAlarm", FAULTS["BouncesAlarm"], Metrics())] == [ALARM]


@pytest.mark.parametrize("name", ALARMS)
@pytest.mark.parametrize("day", [a_busy_day, a_quiet_night])
def test_an_alarm_is_quiet_without_its_fault(name: str, day: Callable[[], Metrics]):
    assert alarms.changes(ALARMS[name], day(), WATCHED_MINUTES) == []


AT_ONCE = ("DeadLettersAlarm", "OrdersFailedAlarm", "ErrorLinesAlarm")


@pytest.mark.parametrize("name", [*AT_ONCE, "ProcessOrderErrorsAlarm"])
def test_once_is_enough(name: str):
    metrics = a_busy_day().copy()
    FAULTS[name](metrics, BEGIN)

    assert [after for _, after in alarms.changes(ALARMS[name], metrics, WATCHED_MINUTES)] == [ALARM, OK]


@pytest.mark.parametrize("name", AT_ONCE)
def test_a_fault_that_returns_every_ten_minutes_is_told_once(name: str):
    metrics = a_busy_day().copy()
    for minute in range(BEGIN, BEGIN + 40, 10):
        FAULTS[name](metrics, minute)

    assert [after for _, after in alarms.changes(ALARMS[name], metrics, WATCHED_MINUTES)] == [ALARM, OK]


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("DeadLettersAlarm", dead_letter_that_nobody_takes),
        ("OrdersFailedAlarm", order_is_retried_in_vain),
        ("CanaryAlarm", canary_does_not_run),
    ],
)
def test_another_form_of_the_fault_is_told_too(name: str, fault: Fault):
    assert [after for _, after in told(name, fault, a_busy_day().copy())] == [ALARM, OK]


@pytest.mark.parametrize("group", [name.replace("Function", "Logs") for name in FUNCTIONS])
def test_an_error_in_the_log_of_any_function_is_told(group: str):
    for line in (*log_stories.errors(), UNCAUGHT, UNCAUGHT.replace("level", "log_level")):
        metrics = Metrics()
        metrics.log(BEGIN, group, [REPORT, line])

        assert alarms.changes(ALARMS["ErrorLinesAlarm"], metrics, WATCHED_MINUTES)


@pytest.mark.parametrize("operation", ["GetItem", "Query", "PutItem", "BatchGetItem", "UpdateItem"])
def test_a_throttled_request_of_any_kind_is_told(operation: str):
    metrics = Metrics()
    for minute in range(BEGIN, END):
        of_table = {"TableName": "OrderTable", "Operation": operation}
        metrics.add(minute, "AWS/DynamoDB", "ThrottledRequests", 1, **of_table)

    assert alarms.changes(ALARMS["TableThrottlesAlarm"], metrics, WATCHED_MINUTES)


WATCHED = {
    (dict(source.metric[2])["TableName"], dict(source.metric[2])["Operation"])
    for name in ("TableThrottlesAlarm", "EventTableThrottlesAlarm")
    for source in alarms.sources(ALARMS[name]).values()
}
OTHER_OPERATIONS = {("CountTable", "UpdateItem"): "TransactWriteItems"}
"""By what is permitted: CountOrders updates within transactions."""


def test_every_operation_that_a_function_may_call_on_a_table_is_watched():
    permitted = {
        (table.partition("/")[0], action.removeprefix("dynamodb:"))
        for role in resources("AWS::IAM::Role").keys() - {"BackupRole"}
        for statement in statements(role)
        for action in as_list(statement["Action"])
        for arn in as_list(statement["Resource"])
        for table in named_in(arn)
        if table in {"OrderTable", "CountTable", "EventTable"} and "StreamArn" not in json.dumps(arn)
    }

    assert {(table, OTHER_OPERATIONS.get((table, action), action)) for table, action in permitted} == WATCHED


# What the alarms and the dashboard read.

OF_AWS = {
    "AWS/SQS": {
        "NumberOfMessagesReceived", "ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage",
    },
    "AWS/Lambda": {"Errors", "Throttles", "Invocations", "Duration", "IteratorAge", "ConcurrentExecutions"},
    "AWS/Scheduler": {"TargetErrorCount", "InvocationThrottleCount", "InvocationDroppedCount"},
    "AWS/ApiGateway": {"Latency"},
    "AWS/DynamoDB": {"ThrottledRequests", "TransactionConflict"},
    "AWS/SES": {"Reputation.BounceRate", "Reputation.ComplaintRate"},
}  # fmt: skip
"""Metrics that AWS has: see the pages that `tests/support/aws_traffic.py` names, and
https://docs.aws.amazon.com/scheduler/latest/UserGuide/monitoring-cloudwatch.html
https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-cloudwatch-alarm.html
"""
MADE = {
    (plain(made["MetricNamespace"]), made["MetricName"])
    for properties in FILTERS.values()
    for made in properties["MetricTransformations"]
}
EXISTING = MADE | {(namespace, name) for namespace, names in OF_AWS.items() for name in names}


def read_by_alarms() -> set[tuple[str, str]]:
    return {source.metric[:2] for alarm in ALARMS.values() for source in alarms.sources(alarm).values()}


def dashboard(*, mail: bool) -> Any:
    """The dashboard of a stack with a sender of e-mail, or without one."""
    text, parts = the("AWS::CloudWatch::Dashboard")["DashboardBody"]["Fn::Sub"]
    condition, then, otherwise = parts["Mail"]["Fn::If"]
    assert condition == "SendsMail"
    return json.loads(text.replace("${Mail}", then["Fn::Sub"] if mail else otherwise))


def shown(widget: Any) -> Iterator[tuple[str, str]]:
    """The namespaces and names of a widget's metrics. `...` repeats what stands in the row before."""
    before: list[Any] = []
    for row in widget["properties"]["metrics"]:
        words = [word for word in row if isinstance(word, str)]
        before = words if words[0] != "..." else before
        yield before[0].replace("${AWS::StackName}", "AWS::StackName"), before[1]


def test_every_metric_that_an_alarm_reads_exists():
    assert read_by_alarms() <= EXISTING


def test_every_metric_that_the_dashboard_shows_exists_and_none_is_made_for_nobody():
    on_it = {metric for widget in dashboard(mail=True)["widgets"] for metric in shown(widget)}

    assert on_it <= EXISTING
    assert on_it | read_by_alarms() >= MADE


@pytest.mark.parametrize("mail", [True, False])
def test_the_widgets_of_the_dashboard_have_titles_and_do_not_overlap(mail: bool):
    taken = set[tuple[int, int]]()
    widgets = dashboard(mail=mail)["widgets"]
    for widget in widgets:
        rows = range(widget["y"], widget["y"] + widget["height"])
        cells = {(x, y) for x in range(widget["x"], widget["x"] + widget["width"]) for y in rows}
        assert not cells & taken
        assert all(x < 24 for x, _ in cells)
        taken |= cells
    assert len({widget["properties"]["title"] for widget in widgets}) == len(widgets)


def test_the_dashboard_names_only_what_a_stack_without_mail_has():
    """CloudFormation refuses a reference to a resource that a condition leaves out."""
    always, _ = the("AWS::CloudWatch::Dashboard")["DashboardBody"]["Fn::Sub"]

    for name in re.findall(r"\$\{(\w+)", always):
        assert "Condition" not in translated()["Resources"].get(name, {}), name


@pytest.mark.parametrize(
    ("name", "lines", "is_counted"),
    [
        ("OrdersAccepted", log_stories.order_counted, True),
        ("OrdersCompleted", log_stories.order_counted, True),
        ("OrdersFailed", log_stories.failure_counted, True),
        ("MailsSent", log_stories.mail, True),
        ("MailsSent", partial(log_stories.mail, log_stories.DEFERRED), False),
        ("MailsDeferred", partial(log_stories.mail, log_stories.DEFERRED), True),
        ("MailsDeferred", log_stories.mail, False),
        ("MailsNotSent", partial(log_stories.mail, log_stories.REFUSED), True),
        ("MailsNotSent", log_stories.mail, False),
        ("EventsDelivered", log_stories.webhook, True),
        ("EventsDelivered", partial(log_stories.webhook, works=False), False),
        ("EventsUndelivered", log_stories.webhook, False),
        ("EventsUndelivered", partial(log_stories.webhook, works=False), True),
        ("CircuitsOpen", log_stories.webhook, False),
        ("CircuitsOpen", partial(log_stories.webhook, works=False), True),
        ("ProcessOrderErrorLines", log_stories.errors, True),
        ("ProcessOrderErrorLines", partial(log_stories.mail, log_stories.REFUSED), False),
        ("Requests", lambda: [access_line(202)], True),
        ("RequestsRefused", lambda: [access_line(404)], True),
        ("RequestsRefused", lambda: [access_line(503)], False),
        ("RequestsFailed", lambda: [access_line(500)], True),
        ("RequestsFailed", lambda: [access_line(429)], False),
        ("CanaryReceipts", log_stories.canary, True),
        ("CanaryReceipts", partial(log_stories.canary, works=False), False),
    ],
)
def test_a_filter_counts_the_lines_that_the_functions_and_the_api_write(name: str, lines: Any, is_counted: bool):
    filtered = FILTERS[name]

    assert (sum(metric_filters.values(filtered, lines())) > 0) is is_counted
    assert not sum(metric_filters.values(filtered, [REPORT]))


def test_every_log_of_a_function_is_searched_for_errors():
    searched = {plain(each["LogGroupName"]) for each in FILTERS.values() if "level" in each["FilterPattern"]}

    assert searched == {name.replace("Function", "Logs") for name in FUNCTIONS}


# How somebody is told.


@pytest.mark.parametrize("name", ALARMS)
def test_somebody_is_told_by_mail_when_an_alarm_comes_and_when_it_goes(name: str):
    topic = [{"Ref": "AlarmTopic"}]

    assert ALARMS[name]["AlarmActions"] == ALARMS[name]["OKActions"] == topic
    assert ALARMS[name]["TreatMissingData"] in {"notBreaching", "breaching", "ignore"}
    assert len(alarms.sources(ALARMS[name])) <= MOST_METRICS


MOST_METRICS = 10
"""https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-limits.html"""


def test_the_topic_takes_messages_from_alarms_only_over_tls_and_encrypts_them():
    """An alarm can't publish to a topic that is encrypted with the key of AWS, whose policy can't be changed."""
    allowed, refused = resources("AWS::SNS::TopicPolicy")["AlarmTopicPolicy"]["PolicyDocument"]["Statement"]
    owner, cloudwatch = resources("AWS::KMS::Key")["AlarmKey"]["KeyPolicy"]["Statement"]
    here = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}

    assert resources("AWS::SNS::Topic")["AlarmTopic"]["KmsMasterKeyId"] == {"Ref": "AlarmKey"}
    assert (allowed["Effect"], allowed["Action"]) == ("Allow", "sns:Publish")
    assert (refused["Effect"], refused["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    for statement in (allowed, cloudwatch):
        assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
        assert statement["Condition"] == here
    assert set(cloudwatch["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey*"}
    assert ":root" in json.dumps(owner["Principal"])


def test_without_an_address_there_is_nothing_to_pay_for():
    kinds = ("AWS::CloudWatch::", "AWS::SNS::", "AWS::KMS::", "AWS::Budgets::", "AWS::Logs::MetricFilter")
    conditions = {
        resource.get("Condition")
        for resource in translated()["Resources"].values()
        if resource["Type"].startswith(kinds)
    }

    assert conditions == {"TellsSomebody", "TellsOfMail", "TellsOfCanary", "HasBudget"}
    assert translated()["Parameters"]["AlarmEmail"]["Default"] == ""
    assert translated()["Parameters"]["MonthlyBudget"]["Default"] == 0


def test_what_is_only_there_with_mail_has_alarms_only_with_mail():
    for name, resource in translated()["Resources"].items():
        if resource["Type"] not in {"AWS::CloudWatch::Alarm", "AWS::Logs::MetricFilter"}:
            continue
        conditions = {
            translated()["Resources"].get(part, {}).get("Condition") for part in named_in(resource["Properties"])
        }
        is_about_mail = "SendsMail" in conditions or "AWS/SES" in json.dumps(resource["Properties"])
        expected = "TellsOfMail" if is_about_mail else "TellsSomebody"
        assert resource["Condition"] == ("TellsOfCanary" if name.startswith("Canary") else expected), name


def test_the_budget_is_told_at_half_of_it_at_all_of_it_and_ahead():
    budget = the("AWS::Budgets::Budget")
    notified = [(each["Notification"], each["Subscribers"]) for each in budget["NotificationsWithSubscribers"]]

    assert budget["Budget"]["BudgetLimit"] == {"Amount": {"Ref": "MonthlyBudget"}, "Unit": "USD"}
    assert [(it["NotificationType"], it["Threshold"]) for it, _ in notified] == [
        ("ACTUAL", 50),
        ("ACTUAL", 100),
        ("FORECASTED", 100),
    ]
    for _, readers in notified:
        assert readers == [{"SubscriptionType": "EMAIL", "Address": {"Ref": "AlarmEmail"}}]


def test_a_budget_that_nobody_would_be_told_of_is_refused():
    (refusal,) = Choice.of(MonthlyBudget="50").refusals()

    assert "Set AlarmEmail, too" in refusal
    assert Choice.of(MonthlyBudget="50", AlarmEmail="operations@casaluna.example").refusals() == []


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("kind", ["Errors", "Throttles"])
def test_each_function_has_its_alarms_about_the_version_that_everybody_calls(function: str, kind: str):
    (source,) = alarms.sources(ALARMS[names_of(function, kind)]).values()

    assert source.metric == (
        "AWS/Lambda",
        kind,
        frozenset({("FunctionName", function), ("Resource", f"{function}:live")}),
    )
    assert source.statistic == "Sum"


def test_the_api_is_watched_under_the_name_that_it_has():
    (source,) = alarms.sources(ALARMS["ApiLatencyAlarm"]).values()

    assert the("AWS::ApiGateway::RestApi")["Body"]["info"]["title"] == {"Ref": "AWS::StackName"}
    assert dict(source.metric[2]) == {"ApiName": "AWS::StackName", "Stage": the("AWS::ApiGateway::Stage")["StageName"]}


def test_the_schedules_are_in_the_group_that_is_watched():
    for schedule in resources("AWS::Scheduler::Schedule").values():
        assert schedule["GroupName"] == {
            "Fn::If": ["TellsSomebody", {"Ref": "ScheduleGroup"}, {"Ref": "AWS::NoValue"}],
        }


# The page that says what to do.

SECTION = re.compile(r'See "([^"]+)" in docs/runbook\.md\.')


def section_of(alarm: Resource) -> str:
    found = SECTION.search(alarm["AlarmDescription"])
    assert found, alarm["AlarmDescription"]
    return found[1]


def sections() -> dict[str, str]:
    parts = re.split(r"^## (.+)$", RUNBOOK, flags=re.M)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_every_alarm_has_its_section_and_every_section_its_alarm():
    assert {section_of(alarm) for alarm in ALARMS.values()} == sections().keys()


@pytest.mark.parametrize("name", ALARMS)
def test_the_section_names_its_alarm(name: str):
    """The mail's subject has the alarm's name, which begins with the stack's."""
    general = re.sub(r"^\w+(ErrorsAlarm|ThrottlesAlarm)$", r"...\1", name) if names_a_function(name) else name

    assert f"`{general}`" in sections()[section_of(ALARMS[name])]


def names_a_function(alarm: str) -> bool:
    return alarm in {names_of(name, kind) for name in FUNCTIONS for kind in ("Errors", "Throttles")}


@pytest.mark.parametrize("section", sections())
def test_a_section_says_what_the_alarm_means_what_to_do_and_when_it_ends(section: str):
    text = sections()[section]

    assert all(f"**{word}**" in text for word in ("It means", "Look at", "Do", "It ends"))


def test_the_commands_of_the_page_name_functions_that_exist():
    named = set(re.findall(r"FUNCTION=(\w+)", RUNBOOK))

    assert named - {"Api", "Canary"} <= {name.removesuffix("Function") for name in FUNCTIONS}
