"""How one machine sends mail: by the SMTP server that ORDERS_SMTP names, or into a folder of files."""

import os

from orders.local.folder.folder import DataFolder
from orders.local.mail.outbox import Outbox
from orders.local.mail.smtp import SmtpMailer, SmtpServer
from orders.order import mailbox
from orders.order.errors import Misconfigured, Unavailable
from orders.ports import Mailer


def chosen(folder: DataFolder) -> Mailer:
    """The mailer of this process.

    Raises:
        Misconfigured: ORDERS_SMTP is not the URL of a mail server.
    """
    url = os.environ.get("ORDERS_SMTP")
    return SmtpMailer(SmtpServer.named(url)) if url else Outbox(folder.outbox)


def destination(folder: DataFolder) -> str:
    """Where mails go, in words for the person who starts the server."""
    url = os.environ.get("ORDERS_SMTP")
    if not url:
        return f"kept in {folder.outbox} because ORDERS_SMTP is not set"
    server = SmtpServer.named(url)
    return f"sent by {server.host}:{server.port}"


def why_unreachable(folder: DataFolder) -> str | None:
    """Why the mail server takes no mail now, in one line; `None` if it does, or if mails are kept in the outbox."""
    mailer = chosen(folder)
    if isinstance(mailer, Outbox):
        return None
    try:
        with mailer.connect():
            return None
    except Unavailable as error:
        return f"{destination(folder).removeprefix('sent by ')}: {str(error).removeprefix('mail server: ')}"


def check() -> None:
    """Check the settings for mail. With a mail server, ORDERS_SENDER is required.

    Raises:
        Misconfigured: ORDERS_SMTP is not the URL of a mail server, ORDERS_SENDER is missing or not a valid sender,
            an address of the shop can't be used, or ORDERS_MAILS_PER_HOUR is not a number.
    """
    mailbox.most_an_hour()
    if url := os.environ.get("ORDERS_SMTP"):
        SmtpServer.named(url)
    named = os.environ.get("ORDERS_SENDER", "").strip()
    if os.environ.get("ORDERS_SMTP") and not named:
        raise Misconfigured("ORDERS_SMTP needs a sender: ORDERS_SENDER='Casa Luna <receipts@casaluna.example>'")
    if named:
        from orders.mail import sender  # takes a moment

        sender.configured()
        sender.reply_to()
        sender.copy_to()


def check_templates() -> None:
    """Read the shop's own templates, if there are any.

    Raises:
        Misconfigured: ORDERS_MAIL names no folder, or a template there can't be read.
    """
    if os.environ.get("ORDERS_MAIL"):
        from orders.mail import templates  # takes a moment

        templates.check()
