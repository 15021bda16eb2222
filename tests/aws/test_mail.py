"""Mail by SES: what each of its answers says about a message, and the way of one through the deployed stack."""

import base64
import email
import email.policy
import io
import json
import logging
import re
import socket
import time
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pypdf
import pytest
from tests.aws.stack import SECONDS_TO_SETTLE, SENDER, received
from tests.aws.stand_in import standing_in
from tests.support.api import Api, pool
from tests.support.deployment import Deployment
from tests.support.emulator import Emulator
from tests.support.examples import ALICE, NINE, ROOT
from tests.support.resources import new_table

from orders.aws.clients import ses
from orders.aws.dynamodb.table import DynamoTable
from orders.aws.mailer import SesMailer, tag_of
from orders.order.delivery import Delivery, DeliveryStatus
from orders.order.due import DueOrder, Task
from orders.order.errors import MailDeferred, MailRefused, MailThrottled, Misconfigured, Unavailable
from orders.order.order import Order, StoredReceipt
from orders.ports import Message
from orders.use_cases import feedback

CUSTOMER = "alice@example.com"
MESSAGE = Message("2026.11_A-1", 2, SENDER, CUSTOMER, b"Subject: Your receipt\r\n\r\nHere it is.\r\n")
ARN = "arn:aws:ses:eu-west-1:123456789012:identity/casaluna.example"


def send(message: Message = MESSAGE) -> str:
    """A mailer is its own connection. To connect is to wait for one's turn, and to ask for the account's quota."""
    return SesMailer("mails").send(message)


def test_a_mail_waits_for_its_turn_by_the_quota_of_the_account(aims_at: Callable[[str], None]):
    """One that is used up, and one that can't be read, which is taken for that of a new account."""
    used_up = {"MaxSendRate": 14.0, "Max24HourSend": 200.0, "SentLast24Hours": 200.0}
    with standing_in(200, SendQuota=used_up) as there:
        aims_at(there.url)
        mailer = SesMailer("mails")
        for _ in range(2):
            with pytest.raises(MailThrottled, match="used up"):
                mailer.connect()

        assert there.calls == 1
    with standing_in(400, __type="AccessDeniedException", message="no") as there:
        aims_at(there.url)
        SesMailer("mails").connect()


@pytest.mark.parametrize("words", ["Maximum sending rate exceeded.", "Daily message quota exceeded."])
def test_a_mail_that_is_one_too_many_waits_for_room(aims_at: Callable[[str], None], words: str):
    with standing_in(429, __type="TooManyRequestsException", message=words) as there:
        aims_at(there.url)
        with pytest.raises(MailThrottled, match=words):
            send()


def test_a_message_is_handed_over_as_it_is_with_its_envelope_and_its_tags(aims_at: Callable[[str], None]):
    with standing_in(200, MessageId="m1") as there:
        aims_at(there.url)
        assert send() == "m1"
        call = json.loads(there.content)

    assert base64.b64decode(call["Content"]["Raw"]["Data"]) == MESSAGE.content
    assert (call["FromEmailAddress"], call["Destination"]) == (SENDER, {"ToAddresses": [CUSTOMER]})
    assert call["ConfigurationSetName"] == "mails"
    assert {tag["Name"]: tag["Value"] for tag in call["EmailTags"]} == {
        "order-id": MESSAGE.order_id.encode().hex(),  # a tag may have no dot
        "number": "2",
    }


def test_the_longest_id_of_a_document_fits_into_a_tag_and_comes_back_with_the_feedback():
    row_id = f"{'9' * 64}/corrections/{'.' * 64}"
    tag = tag_of(row_id)

    assert re.fullmatch("[A-Za-z0-9_-]{1,256}", tag["Value"])
    assert feedback.row_id({tag["Name"]: [tag["Value"]]}) == row_id


REFUSED = [
    ("BadRequestException", "Missing final '@domain'"),
    ("BadRequestException", "Missing domain"),
    ("BadRequestException", "Missing local name"),
    ("BadRequestException", "Illegal address"),
    ("BadRequestException", "Local address contains control or whitespace"),
    ("BadRequestException", "Local address contains dot-dot"),
    ("BadRequestException", "Local address starts with dot"),
    ("BadRequestException", "Domain contains illegal character"),
    ("BadRequestException", "Domain starts with dot"),
    ("BadRequestException", "Address length is more than 320 characters long: 'x'"),
    ("BadRequestException", "Message length is more than 10485760 bytes long: '10485761'"),
    ("InvalidParameterValue", "Domain contains control or whitespace"),
    ("MessageRejected", "Address blacklisted"),
    ("MessageRejected", "The message was rejected because it contained a virus"),
]
OF_THE_ACCOUNT = [
    ("MessageRejected", "Email address is not verified. The following identities failed the check: alice@example.com"),
    ("MessageRejected", "Email address is not verified. The following identities failed the check: Missing domain"),
    ("MessageRejected", "Sending suspended for this account"),
    ("MessageRejected", ""),
    ("MessageRejected", "a policy that nobody knew when this was written"),
    ("BadRequestException", ""),
    ("BadRequestException", "Invalid From address provided."),
    ("BadRequestException", "User name is missing: 'receipts'"),
    ("BadRequestException", "Missing required header 'From'."),
    ("BadRequestException", "Duplicate header 'Message-ID'."),
    ("BadRequestException", "Empty header names are illegal."),
    ("BadRequestException", "Header section too long."),
    ("BadRequestException", "Configuration set Illegal address does not exist"),
    ("ValidationException", "Missing domain"),
    ("SomethingNew", "Illegal address"),
    ("AccountSuspendedException", "suspended"),
    ("SendingPausedException", "paused"),
    ("MailFromDomainNotVerifiedException", "not verified"),
    ("NotFoundException", "Configuration set <mails> does not exist"),
    ("AccessDeniedException", f"User may not ses:SendRawEmail on {ARN}"),
    ("InvalidClientTokenId", "The security token included in the request is invalid"),
    ("SomethingNew", "nobody knew this when it was written"),
]
PASSING = [
    ("TooManyRequestsException", "too many"),
    ("ThrottlingException", "Maximum sending rate exceeded."),
    ("ThrottlingException", "Daily message quota exceeded."),
    ("LimitExceededException", "too much"),
    ("ExpiredTokenException", "expired"),
]


@pytest.mark.parametrize(("kind", "words"), REFUSED)
def test_a_message_that_will_never_be_taken_is_refused(aims_at: Callable[[str], None], kind: str, words: str):
    with standing_in(400, __type=kind, message=words) as there:
        aims_at(there.url)
        with pytest.raises(MailRefused, match=f"{kind}: {words}"):
            send()

        assert there.calls == 1


@pytest.mark.parametrize(
    ("kind", "words", "level"),
    [(*each, logging.ERROR) for each in OF_THE_ACCOUNT] + [(*each, logging.WARNING) for each in PASSING],
)
def test_what_was_certainly_not_taken_is_sent_later_and_said_loudly_where_somebody_has_to_mend_it(
    aims_at: Callable[[str], None], caplog: pytest.LogCaptureFixture, kind: str, words: str, level: int
):
    with standing_in(400, __type=kind, message=words) as there:
        aims_at(there.url)
        with pytest.raises(Misconfigured if level == logging.ERROR else MailDeferred, match=kind):
            send()

        assert there.calls == 1
    assert [record.levelno for record in caplog.records] == [level]


@pytest.mark.parametrize(("kind", "words"), [*REFUSED, *OF_THE_ACCOUNT])
def test_neither_a_log_nor_a_row_is_told_of_addresses_and_accounts(
    aims_at: Callable[[str], None], caplog: pytest.LogCaptureFixture, kind: str, words: str
):
    with standing_in(400, __type=kind, message=f"{words}: <{CUSTOMER}>, {ARN}, account 123456789012") as there:
        aims_at(there.url)
        with pytest.raises((MailRefused, MailDeferred, Misconfigured)) as told:
            send()

    for text in (str(told.value), caplog.text):
        assert not {word for word in ("alice", "arn:", "123456789012") if word in text}


@pytest.mark.parametrize("status", [500, 503, 408, 200])
def test_after_an_answer_that_says_nothing_nobody_knows(aims_at: Callable[[str], None], status: int):
    with standing_in(status) as there:
        aims_at(there.url)
        with pytest.raises(Unavailable):
            send()

        assert there.calls == 1


def test_after_a_call_that_nobody_answers_nobody_knows(aims_at: Callable[[str], None], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("orders.aws.clients.PATIENCE", 0.3)
    with standing_in(0) as silent:
        aims_at(silent.url)
        with pytest.raises(Unavailable, match="ReadTimeoutError"):
            send()

        assert silent.calls == 1


def test_what_was_never_connected_was_certainly_not_sent(aims_at: Callable[[str], None]):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        aims_at(f"http://127.0.0.1:{nobody.getsockname()[1]}")
        with pytest.raises(MailDeferred, match="EndpointConnectionError"):
            send()


def test_without_credentials_it_is_sent_once_there_are_some(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("orders.aws.clients.session", botocore.session.Session())

    with pytest.raises(Misconfigured, match="no credentials"):
        send()


def test_a_certificate_that_is_not_trusted_is_met_before_anything_is_sent(
    emulator: Emulator, aims_at: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
):
    aims_at(emulator.url)
    monkeypatch.delenv("AWS_CA_BUNDLE")
    with pytest.raises(Misconfigured, match="certificate"):
        send()


def test_an_address_that_ses_does_not_take_is_not_tried(aims_at: Callable[[str], None]):
    with standing_in(200, MessageId="m1") as there:
        aims_at(there.url)
        with pytest.raises(MailRefused, match="ASCII"):
            send(Message("1", 1, SENDER, "zoë@example.com", b""))

        assert there.calls == 0


def test_the_client_sends_once_and_has_patience(aims_at: Callable[[str], None]):
    aims_at("http://127.0.0.1:1")
    config: Any = ses().meta.config

    assert config.retries["total_max_attempts"] == 1
    assert (config.connect_timeout, config.read_timeout) == (1, 10)


def test_a_waiting_mail_is_due_by_its_own_index_and_put_off_without_a_move(emulator: Emulator):
    table = DynamoTable(new_table())
    rows = [table.create(received(f"o{number}")) for number in range(3)]
    receipt = StoredReceipt("receipts/x.pdf", "ab" * 32, 5)
    for number, row in enumerate(rows):
        asked = Delivery.requested(NINE + timedelta(minutes=number))
        rows[number] = table.replace(row, row.completed(receipt, NINE, asked))
    due = list(table.due(Task.MAIL, NINE + timedelta(minutes=2)))
    table.postpone(Task.MAIL, due[:1], [NINE + timedelta(hours=1)])

    assert due == [DueOrder(f"o{n}", NINE + timedelta(minutes=n), NINE + timedelta(minutes=n + 1)) for n in (0, 1)]
    assert [order.order_id for order in table.due(Task.MAIL, NINE + timedelta(minutes=3))] == ["o1", "o2"]
    assert list(table.due(Task.RECEIPT, NINE + timedelta(days=1))) == []
    assert table.read("o0").revision == rows[0].revision


@pytest.fixture
def inbox(mailing: Deployment) -> Callable[[str], list[EmailMessage]]:
    """What SES was given for an address."""

    def look(address: str) -> list[EmailMessage]:
        reply = pool(str(mailing.emulator.certificate)).request(
            "GET", f"{mailing.emulator.url}/_ministack/ses/messages"
        )
        sent = [each for account in reply.json()["messages"].values() for each in account if address in each["To"]]
        return [email.message_from_string(each["BodyText"], policy=email.policy.default) for each in sent]

    return look


def mailed(table: DynamoTable, order_id: str, status: DeliveryStatus) -> Order:
    """The row once its mail is in that state, or time is up."""
    end = time.monotonic() + SECONDS_TO_SETTLE
    while ((row := table.read(order_id)).mail is None or row.mail.status is not status) and time.monotonic() < end:
        time.sleep(0.1)  # nothing but another look can tell
    return row


def test_the_customer_of_a_completed_order_has_one_mail_with_the_receipt(
    api: Api, table: DynamoTable, mailing: Deployment, inbox: Callable[[str], list[EmailMessage]], order_id: str
):
    address = f"{order_id}@example.com"
    api.post_order(ALICE | {"orderId": order_id, "customerEmail": address})
    row = mailed(table, order_id, DeliveryStatus.SENT)
    (message,) = inbox(address)
    (pdf,) = [part for part in message.iter_attachments() if part.get_content_type() == "application/pdf"]

    assert row.mail
    assert row.mail.status is DeliveryStatus.SENT
    assert row.mail.message_id
    assert SENDER in message["From"]
    assert pdf.get_content() == api.receipt(order_id)


def test_links_in_answers_receipts_and_mails_begin_with_the_public_address(
    api: Api, table: DynamoTable, inbox: Callable[[str], list[EmailMessage]], order_id: str, public: str
):
    address = f"{order_id}@example.com"
    posted = api.post_order(ALICE | {"orderId": order_id, "customerEmail": address})
    row = mailed(table, order_id, DeliveryStatus.SENT)
    text = inbox(address)[0].get_body(("plain",))
    page = pypdf.PdfReader(io.BytesIO(api.receipt(order_id))).pages[0]
    links = [note.get_object()["/A"]["/URI"] for note in page.get("/Annots", [])]

    assert posted.body["receiptUrl"] == f"{public}/receipt/{order_id}/{row.receipt_token}"
    assert posted.headers["Location"] == f"{public}/orders/{order_id}"
    assert links == [f"{public}/receipt/{order_id}/verification"]
    assert text
    assert posted.body["receiptUrl"] in text.get_content()


def test_a_mail_whose_bell_was_lost_is_found_by_the_sweep(
    table: DynamoTable, mailing: Deployment, api: Api, order_id: str
):
    api.post_order(ALICE | {"orderId": order_id, "customerEmail": f"{order_id}@example.com"})
    row = mailed(table, order_id, DeliveryStatus.SENT)
    assert row.mail
    waiting = row.mailed(Delivery.requested(row.mail.since, number=2), "as if", by="test", due_at=row.mail.since)
    table.replace(row, waiting)
    boto3.client("lambda").invoke(FunctionName=mailing.function("SweepOrders"))

    sent = mailed(table, order_id, DeliveryStatus.SENT).mail
    assert sent
    assert (sent.status, sent.number) == (DeliveryStatus.SENT, 2)


def test_what_comes_back_is_noted_by_the_deployed_function(
    table: DynamoTable, mailing: Deployment, api: Api, order_id: str
):
    api.post_order(ALICE | {"orderId": order_id, "customerEmail": f"{order_id}@example.com"})
    mailed(table, order_id, DeliveryStatus.SENT)
    event = json.loads((ROOT / "events" / "note_feedback_event.json").read_text())
    event["detail"]["mail"]["tags"]["order-id"] = [order_id.encode().hex()]
    for _ in range(2):
        answer = boto3.client("lambda").invoke(
            FunctionName=mailing.function("NoteFeedback"), Payload=json.dumps(event).encode()
        )
        assert "FunctionError" not in answer

    row = table.read(order_id)
    assert row.mail
    assert (row.mail.status, row.mail.reason) == (
        DeliveryStatus.BOUNCED,
        "Permanent/General: smtp; 550 5.1.1 user unknown",
    )
    assert [entry.what for entry in row.history].count(row.history[-1].what) == 1


def test_a_stack_with_a_sender_says_where_its_mails_wait(mailing: Deployment):
    (stack,) = boto3.client("cloudformation").describe_stacks(StackName="orders-dev")["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    assert "MailQueueUrl" not in mailing.outputs
    assert outputs["MailQueueUrl"]
    assert "MailDnsRecord1" not in outputs
