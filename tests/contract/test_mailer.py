"""What every mailer must do."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import urllib3
from tests.support.api import pool
from tests.support.emulator import Emulator
from tests.support.fakes import MemoryMailer
from tests.support.mail_server import mail_server
from tests.support.resources import new_configuration_set, new_sender
from tests.support.second_opinions import SES

from orders.aws.mailer import SesMailer
from orders.local.mail.outbox import Outbox
from orders.local.mail.smtp import SmtpMailer, SmtpServer
from orders.order.delivery import DeliveryStatus
from orders.ports import Mailer, Message

Sent = Callable[[], list[bytes]]
"""The contents of the messages that were sent, the oldest first."""


def message(number: int = 1, sender: str = "shop@example.com", order_id: str = "12345") -> Message:
    content = f"From: {sender}\r\nTo: zoe@example.com\r\nSubject: {order_id}, {number}\r\n\r\nHello\r\n"
    return Message(order_id, number, sender, "zoe@example.com", content.encode())


@pytest.fixture(params=["fake", "outbox", "SMTP", *SES])
def mailer(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Mailer, Sent, str]]:
    """A mailer, what it sent, and an address that it sends from."""
    if request.param == "fake":
        fake = MemoryMailer()
        yield fake, lambda: [message.content for message in fake.sent], "shop@example.com"
    elif request.param == "outbox":
        outbox = Outbox(tmp_path / "outbox")
        yield outbox, lambda: [path.read_bytes() for path in outbox.messages()], "shop@example.com"
    elif request.param == "SMTP":
        with mail_server() as server:
            mailer = SmtpMailer(SmtpServer.named(f"smtp://127.0.0.1:{server.port}"))
            yield mailer, lambda: [taken.content for taken in server.taken], "shop@example.com"
    else:
        program, sender = request.getfixturevalue(request.param), new_sender()
        sent_by = sent_by_moto if request.param == "moto" else sent_by_ministack
        yield SesMailer(new_configuration_set()), lambda: sent_by(program, sender), sender


def sent_by_moto(url: str, sender: str) -> list[bytes]:
    kept = urllib3.request("GET", f"{url}/moto-api/data.json").json()["ses"]["RawMessage"]
    return [message["raw_data"].encode() for message in kept if message["source"] == sender]


def sent_by_ministack(emulator: Emulator, sender: str) -> list[bytes]:
    reply = pool(str(emulator.certificate)).request("GET", f"{emulator.url}/_ministack/ses/messages")
    sent = [message for account in reply.json()["messages"].values() for message in account]
    return [message["BodyText"].encode() for message in sent if message["Source"] == sender]


def test_a_message_about_a_document_arrives_too(mailer):
    it, sent, sender = mailer
    content = message(1, sender, "12345/refunds/r-1")
    with it.connect() as connection:
        connection.send(content)

    assert sent() == [content.content]


def test_what_is_sent_arrives_as_it_was_byte_for_byte(mailer):
    mailer, sent, sender = mailer
    with mailer.connect() as connection:
        connection.send(message(sender=sender))

    assert sent() == [message(sender=sender).content]


def test_only_the_outbox_does_not_send_what_it_takes(request: pytest.FixtureRequest, mailer):
    is_outbox = "outbox" in request.node.callspec.id

    assert mailer[0].taken_as is (DeliveryStatus.OUTBOX if is_outbox else DeliveryStatus.SENT)


def test_one_connection_takes_several_messages_and_each_has_a_name(mailer):
    mailer, sent, sender = mailer
    with mailer.connect() as connection:
        names = [connection.send(message(number, sender)) for number in (1, 2, 3)]

    assert len(sent()) == 3
    assert len(set(names)) == 3
    assert all(names)
