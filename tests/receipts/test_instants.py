"""Date and time, in the zone of the shop."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from orders.shop import language

SUMMER, WINTER = datetime(2026, 7, 1, 3, 30, tzinfo=UTC), datetime(2026, 12, 1, 3, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tag", "zone", "at", "written"),
    [
        ("en", "UTC", SUMMER, "July 1, 2026, 3:30:00 AM UTC"),
        ("en", "America/New_York", SUMMER, "June 30, 2026, 11:30:00 PM EDT"),
        ("en", "America/New_York", WINTER, "November 30, 2026, 10:30:00 PM EST"),
        ("de", "Europe/Berlin", WINTER, "1. Dezember 2026, 04:30:00 MEZ"),
        ("en", "Europe/Dublin", SUMMER, "July 1, 2026, 4:30:00 AM UTC+1"),
        ("en", "Europe/Dublin", WINTER, "December 1, 2026, 3:30:00 AM UTC"),
        ("en", "Asia/Kolkata", SUMMER, "July 1, 2026, 9:00:00 AM UTC+5:30"),
        ("ja", "America/St_Johns", SUMMER, "2026年7月1日 1:00:00 UTC-2:30"),
    ],
)
def test_an_instant_is_written_in_its_zone_with_the_name_or_the_offset(tag: str, zone: str, at: datetime, written: str):
    assert language.of(tag).instant(at, ZoneInfo(zone)).replace("\u202f", " ") == written
