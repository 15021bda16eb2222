import re
from datetime import timedelta

from tests.support.examples import NINE

from orders.order import ids
from orders.order.ids import is_order_id


def test_a_made_up_id_is_a_uuid_of_version_7_and_sorts_by_time():
    earlier = ids.time_ordered(NINE, b"\xff" * 10)
    later = ids.time_ordered(NINE + timedelta(milliseconds=1), b"\x00" * 10)

    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", earlier)
    assert earlier < later
    assert is_order_id(earlier)


def test_the_same_idempotency_key_gives_the_same_id_and_another_key_another():
    assert ids.derived("basket 7") == ids.derived("basket 7") != ids.derived("basket 8")
    assert is_order_id(ids.derived("ключ 🔑"))


def test_a_receipt_token_is_128_bits_that_are_safe_in_a_url():
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", ids.receipt_token(b"\xff\xfe" * 8))
    assert ids.receipt_token(b"\x00" * 16) != ids.receipt_token(b"\x00" * 15 + b"\x01")
