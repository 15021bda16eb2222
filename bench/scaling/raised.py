"""The quotas and parameters to raise before thousands of orders a second: docs/aws-operations.md, section "Scale"."""

from dataclasses import replace

from scaling.limits import Account, Setup

QUOTAS = {
    "API Gateway, throttle rate": 15_000,
    "SES, sending rate": 5_000,
}
"""Of the account, in the Service Quotas console."""
PARAMETERS = {
    "RequestsPerSecond": 15_000,
    "RequestBurst": 5_000,
    "IndexShards": 32,
    "WarmWriteUnits": 32_000,
    "WarmReadUnits": 16_000,
    "ReceiptConcurrency": 100,
    "MailConcurrency": 160,
}
"""Of the template."""


def raised(setup: Setup) -> Setup:
    """The same stack with these values."""
    account = Account(
        requests=QUOTAS["API Gateway, throttle rate"],
        mails=QUOTAS["SES, sending rate"],
        warm_writes=PARAMETERS["WarmWriteUnits"],
        warm_reads=PARAMETERS["WarmReadUnits"],
    )
    return replace(
        setup,
        account=account,
        shards=PARAMETERS["IndexShards"],
        requests_a_second=PARAMETERS["RequestsPerSecond"],
        receipts_at_once=PARAMETERS["ReceiptConcurrency"],
        mails_at_once=PARAMETERS["MailConcurrency"],
    )
