"""Mail servers that do not speak SMTP as they should: a message counts as sent where they said so, and never twice."""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from orders.local.mail import smtp
from orders.local.mail.smtp import SmtpMailer, SmtpServer
from orders.order.errors import MailDeferred, MailRefused, OrdersError, Unavailable
from orders.ports import Message

MESSAGE = Message("12345", 1, "shop@example.com", "zoe@example.com", b"Subject: Hello\r\n\r\nHello\r\n")
POLITE = ("220 here", "250 hello", "250 sender", "250 recipient", "354 go on", "250 taken")


@dataclass
class Scripted:
    """Answers line by line with what stands in its script, whatever is said; nothing is the end of the connection."""

    script: Sequence[str]
    port: int = 0
    heard: list[bytes] = field(default_factory=list)

    def serve(self, listener: socket.socket) -> None:
        with listener, listener.accept()[0] as client, client.makefile("rb") as lines:
            for step, answer in enumerate(self.script):
                if not answer:
                    return
                client.sendall(f"{answer}\r\n".encode())
                if step == 4 and answer.startswith("354"):
                    while (line := lines.readline()) not in {b".\r\n", b""}:
                        self.heard.append(line)
                elif not lines.readline():
                    return


@contextmanager
def scripted(*script: str) -> Iterator[Scripted]:
    listener, server = socket.create_server(("127.0.0.1", 0)), Scripted(script)
    server.port = listener.getsockname()[1]
    thread = threading.Thread(target=server.serve, args=(listener,))
    thread.start()
    yield server
    thread.join(10)


def send_to(server: Scripted) -> str:
    with SmtpMailer(SmtpServer("127.0.0.1", server.port, False)).connect() as connection:
        return connection.send(MESSAGE)


def test_one_that_speaks_as_it_should_takes_the_message():
    with scripted(*POLITE, "221 bye") as server:
        assert send_to(server) == "taken"


@pytest.mark.parametrize(
    ("step", "answer", "meaning"),
    [
        (2, "354 what", MailDeferred),
        (3, "354 what", MailDeferred),
        (4, "250 a stray line", MailDeferred),
        (4, "554 no", MailRefused),
        (4, "", MailDeferred),
        (5, "OK queued", Unavailable),
        (5, "354 more", Unavailable),
        (5, "", Unavailable),
        (5, "450 later", MailDeferred),
        (5, "552 too big", MailRefused),
    ],
)
def test_only_a_yes_after_the_last_dot_is_a_yes_and_what_nobody_understands_is_nobodys_to_repeat(
    step: int, answer: str, meaning: type[OrdersError]
):
    with scripted(*POLITE[:step], answer, "221 bye") as server, pytest.raises(meaning) as caught:
        send_to(server)

    assert type(caught.value) is meaning


def test_what_one_says_commands_no_terminal_that_shows_the_row_or_the_log():
    answer = "450 later\x1b[2J\x9b31m\u202etxt"
    with scripted(*POLITE[:5], answer, "221 bye") as server, pytest.raises(MailDeferred) as caught:
        send_to(server)

    assert str(caught.value) == "mail server: 450 later\ufffd[2J\ufffd31m\ufffdtxt"


def test_one_that_never_answers_ends_in_time(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(smtp, "SECONDS_IN_ALL", 0.5)
    begin = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Unavailable):
        send_to(Scripted((), silent.getsockname()[1]))

    assert time.monotonic() - begin < smtp.SECONDS_FOR_AN_ANSWER


def test_a_password_that_can_not_be_written_is_refused_without_being_told():
    with pytest.raises(OrdersError, match="ASCII") as caught:
        SmtpServer.named("smtp://shop:p%C3%BCss@mail.example.com")

    assert "ü" not in str(caught.value)
