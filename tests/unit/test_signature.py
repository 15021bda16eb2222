"""Signatures of webhooks, held to the package of the Standard Webhooks specification, in both directions."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from orders.order import signature
from orders.order.clock import utc_now

SECRET, OTHER = (signature.new_secret(bytes([number]) * signature.SECRET_BYTES) for number in (1, 2))
BODY = '{"id":"evt_1","type":"order.completed","data":{"orderId":"Zoë"}}'.encode()


@given(
    body=st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.integers()),
    event_id=st.from_regex(r"evt_[0-9]{15}_[0-9a-f]{8}", fullmatch=True),
    key=st.binary(min_size=24, max_size=64),
)
def test_the_package_verifies_what_is_signed_here(body: dict[str, int], event_id: str, key: bytes):
    secret, written = signature.new_secret(key), json.dumps(body, ensure_ascii=False).encode()

    headers = signature.headers(event_id, utc_now(), written, [secret])

    assert Webhook(secret).verify(written, headers) == body


def test_what_the_package_signs_is_verified_here():
    now = utc_now()
    signed = Webhook(SECRET).sign("evt_1", now, BODY.decode())
    headers = {
        "webhook-id": "evt_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": f"v1a,other {signed}",
    }

    signature.verify(SECRET, headers, BODY, now)
    with pytest.raises(signature.NotVerified):
        signature.verify(OTHER, headers, BODY, now)


def test_during_a_rotation_each_of_both_secrets_verifies():
    headers = signature.headers("evt_1", utc_now(), BODY, [SECRET, OTHER])

    for secret in (SECRET, OTHER):
        assert Webhook(secret).verify(BODY, headers)
        signature.verify(secret, headers, BODY, utc_now())


@pytest.mark.parametrize(
    "altered",
    [
        {"webhook-id": "evt_2"},
        {"webhook-id": ""},
        {"webhook-timestamp": "1795637645"},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "٣"},
        {"webhook-timestamp": "9" * 400},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v2," + base64.b64encode(b"0" * 32).decode()},
    ],
    ids=str,
)
def test_an_altered_header_is_refused_here_and_by_the_package(altered: dict[str, str]):
    headers = signature.headers("evt_1", utc_now(), BODY, [SECRET]) | altered

    with pytest.raises(signature.NotVerified):
        signature.verify(SECRET, headers, BODY, utc_now())
    with pytest.raises((WebhookVerificationError, ValueError, OverflowError, OSError)):
        Webhook(SECRET).verify(BODY, headers)


def test_another_body_is_refused():
    headers = signature.headers("evt_1", utc_now(), BODY, [SECRET])

    with pytest.raises(signature.NotVerified):
        signature.verify(SECRET, headers, BODY + b" ", utc_now())


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_webhook_that_somebody_recorded_is_refused(minutes: int):
    now = datetime(2026, 11, 27, tzinfo=UTC)
    headers = signature.headers("evt_1", now, BODY, [SECRET])

    signature.verify(SECRET, headers, BODY, now + timedelta(minutes=4))
    with pytest.raises(signature.NotVerified):
        signature.verify(SECRET, headers, BODY, now + timedelta(minutes=minutes))


@pytest.mark.parametrize("secret", ["whsec_AAAA", "whsec_?", "whsec_" + "A" * 100, ""])
def test_what_is_no_secret_is_said_to_be_none(secret: str):
    with pytest.raises(ValueError, match="secret"):
        signature.sign("evt_1", "1", BODY, secret)
