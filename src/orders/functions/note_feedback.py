"""From the mail service: note which messages came back, and which were called unwanted."""

import logging
from collections.abc import Mapping
from typing import Any

from orders.edition import connect
from orders.order.errors import BadRequest
from orders.use_cases import feedback
from orders.use_cases.feedback import Feedback

log = logging.getLogger(__name__)
outside = connect()


def handler(event: Mapping[str, Any], _context: object) -> None:
    """An event that can't be read never will be. One that could not be noted is delivered again."""
    try:
        told = Feedback.told_by(event)
    except BadRequest as error:
        log.error("feedback dropped: %s", error)
        return
    feedback.note(told, outside)
