"""What a mail server's answers mean: which error each becomes, and how the log and the order's history show it.

RFC 5321, section 4.2.1: an answer of the 500s is final, one of the 400s is for now.
"""

import smtplib
import ssl

from orders.order.errors import MailDeferred, MailRefused, Misconfigured, Unavailable


def refusal(code: int, text: bytes) -> MailRefused | MailDeferred:
    """The error for an answer to one message. An answer that fits no rule is not a final refusal."""
    return (MailRefused if 500 <= code < 600 else MailDeferred)(f"mail server: {shown(code, text)}")


def login_refused(error: smtplib.SMTPAuthenticationError) -> Unavailable:
    """The error for a refused login: `Misconfigured` if the server will refuse it again until somebody corrects it."""
    kind = Misconfigured if error.smtp_code >= 500 else Unavailable
    return kind(f"mail server: it does not take the login of ORDERS_SMTP ({error.smtp_code})")


def reason(error: Exception) -> str:
    """Why a conversation failed, on one line."""
    if isinstance(error, smtplib.SMTPResponseException):
        return shown(error.smtp_code, _bytes(error.smtp_error))
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return f"{error} It must offer STARTTLS, and the login that ORDERS_SMTP requires."
    return str(getattr(error, "strerror", None) or error or type(error).__name__)


def shown(code: int, text: bytes) -> str:
    return f"{code} {line(text)}"


def line(text: bytes) -> str:
    """An answer on one line, without characters that a terminal would take for a command."""
    answer = " ".join(text.decode(errors="replace").split())[:200]
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in answer)


def _bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode()
