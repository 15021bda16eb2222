"""A real SMTP server on loopback, which keeps what it takes, and refuses what it is told to."""

import asyncio
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class Taken:
    sender: str
    recipient: str
    content: bytes
    encrypted: bool
    user: str | None


@dataclass
class MailServer:
    """The answers that it gives instead of its own, by the stage of the conversation: `mail`, `rcpt` or `data`.

    An answer of None is none at all: the connection is closed.
    """

    taken: list[Taken] = field(default_factory=list)
    answers: dict[str, str | None] = field(default_factory=dict)
    port: int = 0

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self._answer("mail", server) or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if answer := self._answer("rcpt", server):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """What is taken and not answered has arrived all the same."""
        if self.answers.get("data") is None:
            self._take(session, envelope)
        return self._answer("data", server) or f"250 2.0.0 Ok: queued as {len(self.taken)}"

    def _take(self, session: Session, envelope: Envelope) -> None:
        content, user = envelope.original_content, session.auth_data
        assert isinstance(content, bytes)
        name = user.login.decode() if isinstance(user, LoginPassword) else None
        self.taken.append(Taken(envelope.mail_from or "", envelope.rcpt_tos[0], content, session.ssl is not None, name))

    def _answer(self, stage: str, server: SMTP) -> str | None:
        answer = self.answers.get(stage, "")
        if answer is None:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return answer


def _let_in(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, login: Any) -> AuthResult:
    return AuthResult(success=login == LoginPassword(b"shop", b"s3cret/@:"), auth_data=login, handled=False)


@contextmanager
def mail_server(port: int = 0, tls: tuple[str, str] | None = None, **options: Any) -> Iterator[MailServer]:
    """A server that serves until the block ends; with `tls`, files of a certificate and a key, it wants STARTTLS."""
    server = MailServer()
    if tls:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*tls)
        options |= {"tls_context": context, "authenticator": _let_in, "auth_required": True, "require_starttls": True}
    controller = _AnyPort(server, hostname="127.0.0.1", port=port, **({"ident": "tests"} | options))
    controller.start()
    server.port = controller.port
    try:
        yield server
    finally:
        controller.stop()


class _AnyPort(Controller):
    def _trigger_server(self) -> None:
        """See that it serves, at the port that the system has chosen."""
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        smtplib.SMTP("127.0.0.1", self.port).quit()
