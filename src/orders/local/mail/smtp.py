"""Mail by SMTP (RFC 5321), with STARTTLS (RFC 3207), and to addresses in all scripts (RFC 6531)."""

import contextlib
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from orders.local.mail.smtp_server import SmtpServer
from orders.local.server.guard import is_this_machine
from orders.order.delivery import DeliveryStatus
from orders.order.errors import MailDeferred, MailRefused, Misconfigured, Unavailable
from orders.ports import Connection, Message

SECONDS_FOR_AN_ANSWER = 10
SECONDS_IN_ALL = 20
"""Less than the function has, which could not note what became of a message otherwise."""
_LINE_BEGINS_WITH_A_DOT = re.compile(rb"(?m)^\.")
"""Which would end the message (RFC 5321, section 4.5.2)."""


class SmtpMailer:
    """`orders.ports.Mailer` by one server."""

    taken_as = DeliveryStatus.SENT

    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """The whole conversation ends after some seconds, also where the server drips its answers."""
        client = _client(self._server)
        with _at_most(SECONDS_IN_ALL, client):
            try:
                _open(client, self._server)
            except smtplib.SMTPAuthenticationError as error:
                raise _not_let_in(error) from None  # a server may say in its words whom it does not know
            except (smtplib.SMTPNotSupportedError, ssl.SSLCertVerificationError) as error:
                raise Misconfigured(f"mail server: {_reason(error)}") from error
            except (OSError, smtplib.SMTPException) as error:
                raise Unavailable(f"mail server: {_reason(error)}") from error
            try:
                yield SmtpConnection(client)
            finally:
                _leave(client)


class SmtpConnection:
    """`orders.ports.Connection`: what goes wrong before the last dot of a message was certainly not taken."""

    def __init__(self, client: smtplib.SMTP) -> None:
        self._client = client

    def send(self, message: Message) -> str:
        try:
            self._address(message)
            self._client.send(_LINE_BEGINS_WITH_A_DOT.sub(b"..", message.content))
        except (OSError, smtplib.SMTPException) as error:
            raise MailDeferred(f"mail server: {_reason(error)}") from error
        try:
            self._client.send(b".\r\n")
            code, text = self._client.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable(f"mail server: {_reason(error)}") from error
        if not 200 <= code < 600 or 300 <= code < 400:
            raise Unavailable(f"mail server: an answer that says nothing, {_told(code, text)}")
        if code >= 400:
            raise _refusal(code, text)
        return _line(text)

    def _address(self, message: Message) -> None:
        """Say from whom and to whom the message is, up to where it begins.

        Raises:
            MailRefused: the server does not take the recipient, or such a message.
            MailDeferred: not now.
            Misconfigured: it does not take the sender.
        """
        code, text = self._client.mail(message.sender, self._options(message))
        if code >= 500:
            raise Misconfigured(f"mail server, to the sender: {_told(code, text)}")
        if code != 250:
            raise MailDeferred(f"mail server, to the sender: {_told(code, text)}")
        for command, wanted in ((f"RCPT TO:{smtplib.quoteaddr(message.recipient)}", (250, 251)), ("DATA", (354,))):
            code, text = self._client.docmd(command)
            if code not in wanted:
                raise _refusal(code, text)

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
    """Break the connection off when time is over: whatever waits for an answer gets none."""
    timer = threading.Timer(seconds, _break_off, (client,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        client.close()


def _break_off(client: smtplib.SMTP) -> None:
    with contextlib.suppress(OSError, AttributeError):  # there is no connection any more, or not yet
        client.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]


def _client(server: SmtpServer) -> smtplib.SMTP:
    """Not connected yet."""
    if server.encrypted:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(local_hostname=_own_name(), timeout=SECONDS_FOR_AN_ANSWER, context=context)
    return smtplib.SMTP(local_hostname=_own_name(), timeout=SECONDS_FOR_AN_ANSWER)


def _open(client: smtplib.SMTP, server: SmtpServer) -> None:
    client._host = server.host  # type: ignore[attr-defined] # against whom the certificate is held
    code, text = client.connect(server.host, server.port)
    if code != 220:
        raise smtplib.SMTPConnectError(code, text)
    client.ehlo_or_helo_if_needed()
    if not server.encrypted and (client.has_extn("starttls") or not is_this_machine(server.host)):
        client.starttls(context=ssl.create_default_context())
        client.ehlo()
    if server.user is not None:
        client.login(server.user, server.password)
    client.sock.settimeout(SECONDS_IN_ALL)  # type: ignore[union-attr] # a server may look for viruses before it answers


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


def _not_let_in(error: smtplib.SMTPAuthenticationError) -> Unavailable:
    """Not at the moment, or not before somebody has mended the login."""
    kind = Misconfigured if error.smtp_code >= 500 else Unavailable
    return kind(f"mail server: it does not take the login of ORDERS_SMTP ({error.smtp_code})")


def _refusal(code: int, text: bytes) -> MailRefused | MailDeferred:
    """RFC 5321, section 4.2.1: 5 is never, 4 not now; whatever else comes where neither was asked for is no yes."""
    return (MailRefused if 500 <= code < 600 else MailDeferred)(f"mail server: {_told(code, text)}")


def _told(code: int, text: bytes) -> str:
    return f"{code} {_line(text)}"


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _told(error.smtp_code, _bytes(error.smtp_error))
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return f"{error} It must offer STARTTLS, and the login that ORDERS_SMTP asks for."
    return str(getattr(error, "strerror", None) or error or type(error).__name__)


def _bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def _line(text: bytes) -> str:
    """A server's answer, on one line, without what a terminal that shows the log would take for a command."""
    line = " ".join(text.decode(errors="replace").split())[:200]
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in line)
