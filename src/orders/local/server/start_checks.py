"""What a server checks when it starts, beside its data folder: settings, the shop's files and the mail server.

Settings and files without which no order can be completed are checked before the server starts. A check that takes
seconds, or that may pass a minute later, runs while it serves.
"""

import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

from orders.local.folder.folder import DataFolder
from orders.local.mail import chosen as mail_service
from orders.local.server import key_files
from orders.order.errors import Misconfigured
from orders.outbound import rules as webhook_rules
from orders.shop import language, public_url, shop

log = logging.getLogger(__name__)

_DRAWING = [sys.executable, "-m", "orders.receipt.trial"]
SECONDS_TO_DRAW = 60


def faults() -> list[str]:
    """What is wrong with the settings and the shop's files, in one line each. Nothing is changed."""
    checks: tuple[Callable[[], object], ...] = (
        lambda: shop.configured().zone,
        language.check,
        public_url.configured,
        mail_service.check,
        mail_service.check_templates,
        key_files.keys,
        webhook_rules.from_environment,
    )
    return list(dict.fromkeys(fault for check in checks for fault in _fault_of(check)))


def begin(folder: DataFolder) -> None:
    """Check the rest in the background, and log what is wrong. The server serves meanwhile."""
    for check in (_check_mail_server, _check_drawing):
        threading.Thread(target=check, args=(folder,), name=check.__name__, daemon=True).start()


def _fault_of(check: Callable[[], object]) -> Iterator[str]:
    try:
        check()
    except Misconfigured as error:
        yield str(error)


def _check_mail_server(folder: DataFolder) -> None:
    """Connect, log in and say QUIT, as before a message."""
    if reason := mail_service.why_unreachable(folder):
        log.warning("e-mails wait, because the mail server can't be used now: %s", reason)


def _check_drawing(_folder: DataFolder) -> None:
    """Draw a sample in a process of its own, if the shop has files of its own: logo, words or page."""
    if shop.path() == shop.OWN_FILE:
        return
    try:
        done = subprocess.run(_DRAWING, capture_output=True, text=True, timeout=SECONDS_TO_DRAW)  # noqa: S603 - our own module
    except (OSError, subprocess.TimeoutExpired):
        return  # the machine is too busy: the first order will tell
    if done.returncode and (reason := done.stdout.strip()):
        log.error("receipts wait, because none can be drawn: %s", reason)
