"""E-mail as SES handles it, with its mailbox simulator.

https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html
"""

import json
import uuid
from typing import Any

import boto3

from smoke.checks import NotAsked, check, seen
from smoke.target import Target

BOUNCES = "bounce@simulator.amazonses.com"
FINAL = {"BOUNCED", "COMPLAINED", "FAILED", "UNKNOWN"}


@check("SES has verified the sender, and the account may write to anybody", "verified, out of the sandbox")
def sender(it: Target) -> str:
    address = sender_of(it)
    ses = boto3.client("sesv2")
    verified = any(is_verified(ses, identity) for identity in (address, address.partition("@")[2]))
    production = ses.get_account().get("ProductionAccessEnabled")
    return seen("verified" if verified else "not verified", "out of the sandbox" if production else "in the sandbox")


def is_verified(ses: Any, identity: str) -> bool:
    """An address needs no identity of its own if its domain is verified."""
    try:
        return bool(ses.get_email_identity(EmailIdentity=identity).get("VerifiedForSendingStatus"))
    except ses.exceptions.NotFoundException:
        return False


@check("An e-mail that comes back is noted with its order", "BOUNCED")
def bounce(it: Target) -> str:
    """SES's mailbox simulator sends it back; the event reaches NoteFeedback by EventBridge."""
    sender_of(it)
    order_id = f"smoke-{uuid.uuid4()}"
    order = {"orderId": order_id, "customerName": "Alice", "customerEmail": BOUNCES}
    it.post(json.dumps(order).encode())
    return seen(it.until(lambda: state(it, order_id), lambda found: found in FINAL))


def state(it: Target, order_id: str) -> str:
    order = it.as_shop("GET", f"/orders/{order_id}").json()
    return str(order.get("mail", {}).get("status", "no e-mail"))


def sender_of(it: Target) -> str:
    address = it.parameter("MailSender")
    if not address:
        raise NotAsked("MailSender is empty")
    return address
