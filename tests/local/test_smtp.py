"""What an SMTP server's answers mean for a message, and to whom a login is told."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.mail_server import MailServer, mail_server
from tests.support.tls import certificate_for_loopback

from orders.local.mail.smtp import SmtpMailer, SmtpServer
from orders.order.errors import MailDeferred, MailRefused, Misconfigured, Unavailable
from orders.ports import Message

CONTENT = b"From: shop@example.com\r\nTo: zoe@example.com\r\nSubject: Hello\r\n\r\n.A line that begins with a dot\r\n"
MESSAGE = Message("12345", 1, "shop@example.com", "zoe@example.com", CONTENT)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


def send(server: MailServer, message: Message = MESSAGE) -> str:
    with SmtpMailer(SmtpServer.named(f"smtp://127.0.0.1:{server.port}")).connect() as connection:
        return connection.send(message)


@pytest.mark.parametrize(
    ("stage", "answer", "meaning"),
    [
        ("mail", "451 not now", MailDeferred),
        ("mail", "550 who are you", Misconfigured),
        ("mail", None, MailDeferred),
        ("rcpt", "450 greylisted", MailDeferred),
        ("rcpt", "550 5.1.1 no such user", MailRefused),
        ("rcpt", None, MailDeferred),
        ("data", "452 too many", MailDeferred),
        ("data", "554 5.7.1 rejected", MailRefused),
        ("data", None, Unavailable),
    ],
)
def test_every_answer_says_whether_the_message_was_taken(
    server: MailServer, stage: str, answer: str | None, meaning: type[Exception]
):
    server.answers[stage] = answer
    with pytest.raises(meaning) as caught:
        send(server)

    assert type(caught.value) is meaning
    assert (answer or "").split(" ")[0] in str(caught.value)


def test_what_is_taken_and_not_answered_may_have_arrived(server: MailServer):
    server.answers["data"] = None
    with pytest.raises(Unavailable):
        send(server)

    assert len(server.taken) == 1


def test_lines_that_begin_with_a_dot_arrive_as_they_are(server: MailServer):
    send(server)

    assert server.taken[0].content == CONTENT


def test_nobody_at_the_address_is_known_before_a_message_is_at_stake():
    with pytest.raises(Unavailable, match="mail server"), SmtpMailer(SmtpServer("127.0.0.1", 1, False)).connect():
        pytest.fail("there is no connection")


def test_an_address_beyond_ascii_needs_a_server_that_takes_it():
    beyond = replace(MESSAGE, recipient="zoë@example.com", content=CONTENT.replace(b"zoe", "zoë".encode()))
    with mail_server(enable_SMTPUTF8=False) as server, pytest.raises(MailRefused, match="SMTPUTF8"):
        send(server, beyond)
    with mail_server(enable_SMTPUTF8=True) as server:
        send(server, beyond)

    assert server.taken[0].recipient == "zoë@example.com"


class TestEncryption:
    @pytest.fixture
    def certificate(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
        """One that is trusted here."""
        certificate, key = certificate_for_loopback(tmp_path)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        return str(certificate), str(key)

    def test_the_login_and_the_message_travel_encrypted(self, certificate: tuple[str, str]):
        with mail_server(tls=certificate) as server:
            named = SmtpServer.named(f"smtp://shop:s3cret%2F%40%3A@127.0.0.1:{server.port}")
            with SmtpMailer(named).connect() as connection:
                connection.send(MESSAGE)
            (taken,) = server.taken

        assert (taken.encrypted, taken.user) == (True, "shop")

    def test_a_wrong_password_is_to_be_mended_and_is_not_told(self, certificate: tuple[str, str]):
        with mail_server(tls=certificate) as server:
            named = SmtpServer.named(f"smtp://shop:Tr0ub4dor@127.0.0.1:{server.port}")
            with pytest.raises(Misconfigured, match="535") as caught, SmtpMailer(named).connect():
                pytest.fail("there is no connection")

        assert "Tr0ub4dor" not in str(caught.value) + repr(named)

    def test_a_certificate_that_is_not_trusted_is_told_nothing(
        self, certificate: tuple[str, str], monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.delenv("SSL_CERT_FILE")
        with mail_server(tls=certificate) as server:
            mailer = SmtpMailer(SmtpServer.named(f"smtp://shop:x@127.0.0.1:{server.port}"))
            with pytest.raises(Misconfigured, match="not trusted"), mailer.connect():
                pytest.fail("there is no connection")

    def test_a_server_elsewhere_that_offers_no_encryption_is_told_nothing(
        self, server: MailServer, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr("orders.local.mail.smtp.is_this_machine", lambda _host: False)
        with pytest.raises(Misconfigured, match="STARTTLS"):
            send(server)

        assert server.taken == []


class TestTheUrl:
    def test_it_names_host_port_and_login(self):
        assert SmtpServer.named("smtp://u%40x:p%3A@mail.example.com") == SmtpServer(
            "mail.example.com", 587, False, "u@x", "p:"
        )
        assert SmtpServer.named("smtps://mail.example.com").port == 465

    @pytest.mark.parametrize(
        "url", ["mail.example.com:25", "http://mail.example.com", "smtp://", "smtp://host:port", "smtp://h/path", ""]
    )
    def test_anything_else_is_refused_with_an_example(self, url: str):
        with pytest.raises(Misconfigured, match="smtp://user:password@"):
            SmtpServer.named(url)
