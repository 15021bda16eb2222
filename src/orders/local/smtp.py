"""Mail by SMTP (RFC 5321), with STARTTLS (RFC 3207), and to addresses in all scripts (RFC 6531)."""

import logging
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Self
from urllib.parse import unquote, urlsplit

from orders.errors import MailDeferred, MailRefused, Misconfigured, Unavailable
from orders.local.guard import is_this_machine
from orders.ports import Connection, Message

log = logging.getLogger(__name__)

SECONDS_FOR_AN_ANSWER = 10
_PORTS = {"smtp": 587, "smtps": 465}
_ADVICE = "ORDERS_SMTP is like smtp://user:password@mail.example.com:587, or smtps://...:465"


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """`encrypted` from the first byte on, or by STARTTLS: that may be missing only on this machine."""

    host: str
    port: int
    encrypted: bool
    user: str | None = None
    password: str = field(default="", repr=False)

    @classmethod
    def named(cls, url: str) -> Self:
        """The server that a URL names; letters with a meaning in URLs are percent-encoded in user and password.

        Raises:
            Misconfigured: it names none.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise Misconfigured(_ADVICE) from None
        if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
            raise Misconfigured(_ADVICE)
        user = unquote(parts.username) if parts.username else None
        password = unquote(parts.password or "")
        return cls(parts.hostname, port or _PORTS[parts.scheme], parts.scheme == "smtps", user, password)


class SmtpMailer:
    """`orders.ports.Mailer` by one server."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        try:
            client = _opened(self._server)
        except (smtplib.SMTPNotSupportedError, smtplib.SMTPAuthenticationError, ssl.SSLCertVerificationError) as error:
            raise _told(error) from error
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable(f"mail server: {_reason(error)}") from error
        try:
            yield SmtpConnection(client)
        finally:
            _leave(client)


class SmtpConnection:
    """`orders.ports.Connection`: what is refused before the last line of a message was certainly not taken."""

    def __init__(self, client: smtplib.SMTP) -> None:
        self._client = client

    def send(self, message: Message) -> str:
        try:
            self._address(message)
        except (OSError, smtplib.SMTPException) as error:
            raise MailDeferred(f"mail server: {_reason(error)}") from error
        try:
            code, text = self._client.data(message.content)
        except smtplib.SMTPDataError as error:
            code, text = error.smtp_code, _bytes(error.smtp_error)
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable(f"mail server: {_reason(error)}") from error
        _judge(code, text)
        return _line(text)

    def _address(self, message: Message) -> None:
        """Say from whom and to whom the message is.

        Raises:
            MailRefused: the server does not take the recipient.
            MailDeferred: it does not take the sender, or not now.
        """
        code, text = self._client.mail(message.sender, self._options(message))
        if code != 250:
            log.log(logging.ERROR if code >= 500 else logging.WARNING, "mail server: %d to the sender", code)
            raise MailDeferred(f"mail server, to the sender: {code} {_line(text)}")
        _judge(*self._client.rcpt(message.recipient))

    def _options(self, message: Message) -> list[str]:
        options = []
        if not message.recipient.isascii():
            if not self._client.has_extn("smtputf8"):
                raise MailRefused("the mail server takes no addresses beyond ASCII (SMTPUTF8)")
            options.append("SMTPUTF8")
        if not message.content.isascii() and self._client.has_extn("8bitmime"):
            options.append("BODY=8BITMIME")
        return options


def _opened(server: SmtpServer) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.encrypted:
        client: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, _own_name(), timeout=SECONDS_FOR_AN_ANSWER, context=context
        )
    else:
        client = smtplib.SMTP(server.host, server.port, _own_name(), SECONDS_FOR_AN_ANSWER)
    try:
        client.ehlo_or_helo_if_needed()
        if not server.encrypted and (client.has_extn("starttls") or not is_this_machine(server.host)):
            client.starttls(context=context)
            client.ehlo()
        if server.user is not None:
            client.login(server.user, server.password)
    except BaseException:
        client.close()
        raise
    return client


@cache
def _own_name() -> str:
    """How this machine introduces itself. To find out may take seconds, where there is no name server."""
    return socket.getfqdn()


def _leave(client: smtplib.SMTP) -> None:
    """Politely, where the other side still listens."""
    try:
        client.quit()
    except (OSError, smtplib.SMTPException):
        client.close()


def _told(error: Exception) -> Unavailable:
    """A server that does not let this system in: at the moment, or until somebody has mended something."""
    if isinstance(error, smtplib.SMTPAuthenticationError) and error.smtp_code < 500:
        return Unavailable(f"mail server: {_reason(error)}")
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Misconfigured(f"mail server: {error} It must offer STARTTLS, and the login that ORDERS_SMTP asks for.")
    return Misconfigured(f"mail server: {_reason(error)}")


def _judge(code: int, text: bytes) -> None:
    """RFC 5321, section 4.2.1: 2 is yes, 4 not now, 5 never."""
    if code // 100 == 2:
        return
    raise (MailRefused if code // 100 == 5 else MailDeferred)(f"mail server: {code} {_line(text)}")


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_line(_bytes(error.smtp_error))}"
    if isinstance(error, ssl.SSLError):
        return f"its certificate is not trusted ({error.reason or error})"
    return str(getattr(error, "strerror", None) or error or type(error).__name__)


def _bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def _line(text: bytes) -> str:
    """A server's answer, on one line."""
    return " ".join(text.decode(errors="replace").split())[:200]
