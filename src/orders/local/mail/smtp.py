"""Sends mail by SMTP (RFC 5321), with STARTTLS (RFC 3207), and to addresses in all scripts (RFC 6531)."""

import contextlib
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Self
from urllib.parse import unquote, urlsplit

from orders.local.loopback import is_this_machine
from orders.local.mail.smtp_answers import line, login_refused, reason, refusal, shown
from orders.order.delivery import DeliveryStatus
from orders.order.errors import MailDeferred, MailRefused, Misconfigured, Unavailable
from orders.ports import Connection, Message

SECONDS_FOR_AN_ANSWER = 10
SECONDS_IN_ALL = 20
"""Less than the function's timeout: the function must still have time to record the outcome."""
_PORTS = {"smtp": 587, "smtps": 465}
_ADVICE = "ORDERS_SMTP is like smtp://user:password@mail.example.com:587, or smtps://...:465, in ASCII"
_LINE_BEGINS_WITH_A_DOT = re.compile(rb"(?m)^\.")
"""A dot alone on a line would end the message (RFC 5321, section 4.5.2)."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """A mail server, as ORDERS_SMTP names it.

    `encrypted`: TLS from the first byte. Otherwise STARTTLS, which only a server on this machine may lack.
    """

    host: str
    port: int
    encrypted: bool
    user: str | None = None
    password: str = field(default="", repr=False)

    @classmethod
    def named(cls, url: str) -> Self:
        """The server at this URL. In user and password, characters with a meaning in URLs are percent-encoded.

        Raises:
            Misconfigured: this is not the URL of a mail server.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
            (parts.hostname or "").encode("idna")
            f"{unquote(parts.username or '')}{unquote(parts.password or '')}".encode("ascii")
        except ValueError:  # its text may contain a part of the password
            raise Misconfigured(_ADVICE) from None
        if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
            raise Misconfigured(_ADVICE)
        user = unquote(parts.username) if parts.username else None
        password = unquote(parts.password or "")
        return cls(parts.hostname, port or _PORTS[parts.scheme], parts.scheme == "smtps", user, password)


class SmtpMailer:
    """`orders.ports.Mailer` by one server."""

    taken_as = DeliveryStatus.SENT

    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """The whole conversation ends after `SECONDS_IN_ALL`, even if the server sends its answers byte by byte."""
        client = _client(self._server)
        with _at_most(SECONDS_IN_ALL, client):
            try:
                _open(client, self._server)
            except smtplib.SMTPAuthenticationError as error:
                raise login_refused(error) from None  # the server's own words may contain the user name
            except (smtplib.SMTPNotSupportedError, ssl.SSLCertVerificationError) as error:
                raise Misconfigured(f"mail server: {reason(error)}") from error
            except (OSError, smtplib.SMTPException) as error:
                raise Unavailable(f"mail server: {reason(error)}") from error
            try:
                yield SmtpConnection(client)
            finally:
                _leave(client)


class SmtpConnection:
    """`orders.ports.Connection`. If it fails before the last dot, the server certainly did not take the message."""

    def __init__(self, client: smtplib.SMTP) -> None:
        self._client = client

    def send(self, message: Message) -> str:
        try:
            self._address(message)
            self._client.send(_LINE_BEGINS_WITH_A_DOT.sub(b"..", message.content))
        except (OSError, smtplib.SMTPException) as error:
            raise MailDeferred(f"mail server: {reason(error)}") from error
        try:
            self._client.send(b".\r\n")
            code, text = self._client.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable(f"mail server: {reason(error)}") from error
        if not 200 <= code < 600 or 300 <= code < 400:
            raise Unavailable(f"mail server: an answer that SMTP does not define, {shown(code, text)}")
        if code >= 400:
            raise refusal(code, text)
        return line(text)

    def _address(self, message: Message) -> None:
        """Send the envelope: from whom, to whom, and DATA.

        Raises:
            MailRefused: the server refuses the recipient, or such a message.
            MailDeferred: it refuses them for now.
            Misconfigured: it refuses the sender.
        """
        code, text = self._client.mail(message.sender, self._options(message))
        if code >= 500:
            raise Misconfigured(f"mail server, to the sender: {shown(code, text)}")
        if code != 250:
            raise MailDeferred(f"mail server, to the sender: {shown(code, text)}")
        for command, wanted in ((f"RCPT TO:{smtplib.quoteaddr(message.recipient)}", (250, 251)), ("DATA", (354,))):
            code, text = self._client.docmd(command)
            if code not in wanted:
                raise refusal(code, text)

    def _options(self, message: Message) -> list[str]:
        options = []
        if not message.recipient.isascii():
            if not self._client.has_extn("smtputf8"):
                raise MailRefused("the mail server takes no addresses beyond ASCII (SMTPUTF8)")
            options.append("SMTPUTF8")
        if not message.content.isascii() and self._client.has_extn("8bitmime"):
            options.append("BODY=8BITMIME")
        return options


@contextmanager
def _at_most(seconds: float, client: smtplib.SMTP) -> Iterator[None]:
    """Break the connection off after so many seconds, also under a call that waits for an answer."""
    timer = threading.Timer(seconds, _break_off, (client,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        client.close()


def _break_off(client: smtplib.SMTP) -> None:
    with contextlib.suppress(OSError, AttributeError):  # no connection any more, or not yet
        client.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]


def _client(server: SmtpServer) -> smtplib.SMTP:
    """Not connected yet."""
    if server.encrypted:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(local_hostname=_own_name(), timeout=SECONDS_FOR_AN_ANSWER, context=context)
    return smtplib.SMTP(local_hostname=_own_name(), timeout=SECONDS_FOR_AN_ANSWER)


def _open(client: smtplib.SMTP, server: SmtpServer) -> None:
    client._host = server.host  # type: ignore[attr-defined] # the name that the certificate must have
    code, text = client.connect(server.host, server.port)
    if code != 220:
        raise smtplib.SMTPConnectError(code, text)
    client.ehlo_or_helo_if_needed()
    if not server.encrypted and (client.has_extn("starttls") or not is_this_machine(server.host)):
        client.starttls(context=ssl.create_default_context())
        client.ehlo()
    if server.user is not None:
        client.login(server.user, server.password)
    client.sock.settimeout(SECONDS_IN_ALL)  # type: ignore[union-attr] # it may scan for viruses before it answers


@cache
def _own_name() -> str:
    """The name of this machine in its greeting. Without a name server, finding it may take seconds."""
    return socket.getfqdn()


def _leave(client: smtplib.SMTP) -> None:
    """Say QUIT, if the server still listens."""
    try:
        client.quit()
    except (OSError, smtplib.SMTPException):
        client.close()
