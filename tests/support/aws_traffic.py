"""What CloudWatch measures of the stack while nothing is wrong: on a night without callers, and on an ordinary day.

Which metrics exist, and when AWS sends them, is on these pages:
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
"""

from random import Random

from tests.support import log_stories
from tests.support.alarms import Metrics
from tests.support.lambda_lines import REPORT, access_line
from tests.support.translated import resources

FUNCTIONS = sorted(resources("AWS::Lambda::Function").keys() - {"CanaryFunction"})
"""Without the canary, whose one alarm comes when it finds no receipt and also when it fails or is throttled."""
CANARY_MINUTES = 5
POLLED = ("OrderQueue", "SlowOrderQueue", "DeadLetterQueue", "MailQueue", "WebhookQueue")
"""Lambda asks these queues for messages all the time, so they have metrics all the time."""
API = {"ApiName": "AWS::StackName", "Stage": "v1"}


def quiet_night(minutes: range) -> Metrics:
    """Nobody calls. SweepOrders and the canary run, and Lambda asks the queues for messages."""
    metrics = Metrics()
    for minute in minutes:
        called(metrics, minute, "SweepOrdersFunction", 1)
        metrics.add(minute, "AWS/Lambda", "ConcurrentExecutions", 1)
        for queue in POLLED:
            waiting(metrics, minute, queue, messages=0, seconds=0)
        if minute % CANARY_MINUTES == 0:
            metrics.log(minute, "CanaryLogs", [REPORT, *log_stories.canary()])
    return metrics


def ordinary_day(minutes: range, seed: int = 7) -> Metrics:
    """Orders and mails all the time, now and then a slow request, an answer 503, or a transaction that is repeated."""
    metrics, chance = quiet_night(minutes), Random(seed)
    for minute in minutes:
        for function in FUNCTIONS:
            called(metrics, minute, function, chance.randint(1, 40))
        for queue in POLLED[:2]:
            waiting(metrics, minute, queue, messages=chance.randint(0, 12), seconds=chance.randint(0, 20))
        _requests(metrics, minute, chance)
        _orders_and_mails(metrics, minute, chance)
    return metrics


def called(metrics: Metrics, minute: int, function: str, times: int) -> None:
    """Lambda counts errors and throttles of a function that was called, though there were none."""
    for name, value in (("Invocations", times), ("Errors", 0), ("Throttles", 0)):
        of_function(metrics, minute, function, name, value)


def of_function(metrics: Metrics, minute: int, function: str, name: str, value: float) -> None:
    metrics.add(minute, "AWS/Lambda", name, value, FunctionName=function, Resource=f"{function}:live")


def waiting(metrics: Metrics, minute: int, queue: str, messages: int, seconds: int) -> None:
    of_queue(metrics, minute, queue, "ApproximateNumberOfMessagesVisible", messages)
    of_queue(metrics, minute, queue, "ApproximateAgeOfOldestMessage", seconds)


def of_queue(metrics: Metrics, minute: int, queue: str, name: str, value: float) -> None:
    metrics.add(minute, "AWS/SQS", name, value, QueueName=f"{queue}.QueueName")


def _requests(metrics: Metrics, minute: int, chance: Random) -> None:
    statuses = [202] * chance.randint(10, 20) + [404, 409, 429] + ([503] if minute % 20 == 0 else [])
    metrics.log(minute, "ApiLogs", [access_line(status) for status in statuses])
    for _ in statuses:
        metrics.add(minute, "AWS/ApiGateway", "Latency", chance.randint(20, 900), **API)
    if minute % 17 == 0:
        metrics.add(minute, "AWS/ApiGateway", "Latency", 9_000, **API)


def _orders_and_mails(metrics: Metrics, minute: int, chance: Random) -> None:
    metrics.log(minute, "CountOrdersLogs", [REPORT, *log_stories.order_counted() * chance.randint(1, 5)])
    metrics.log(minute, "SendReceiptLogs", [REPORT, *log_stories.mail(), *log_stories.mail(log_stories.DEFERRED)])
    metrics.log(minute, "DeliverWebhooksLogs", [REPORT, *log_stories.webhook()])
    for reader in ("CountOrdersFunction", "RecordEventsFunction"):
        of_function(metrics, minute, reader, "IteratorAge", chance.randint(300, 4_000))
    metrics.add(minute, "AWS/DynamoDB", "TransactionConflict", chance.randint(0, 9), TableName="CountTable")
    metrics.add(minute, "AWS/Lambda", "ConcurrentExecutions", chance.randint(1, 6))
    metrics.add(minute, "AWS/SES", "Reputation.BounceRate", 0.02)
    metrics.add(minute, "AWS/SES", "Reputation.ComplaintRate", 0.0003)
