"""Signatures of web-hooks: the published example, both secrets while they change, nothing else passes."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.service.hook_signing import (
    TOLERANCE_SECONDS,
    check_signature,
    new_secret,
    parse_secret,
    sign,
    signed_headers,
)
from tutela.kernel.errors import Refused

#: The example that the reference libraries of Standard Webhooks test themselves with.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE, MOMENT, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def written(size_bytes: int) -> str:
    return "whsec_" + base64.b64encode(bytes(size_bytes)).decode()


def test_the_published_example_is_signed_alike() -> None:
    assert sign(parse_secret(SECRET), MESSAGE, MOMENT, BODY) == SIGNATURE
    headers = signed_headers([SECRET], MESSAGE, MOMENT, BODY)
    assert headers == {
        "webhook-id": MESSAGE,
        "webhook-timestamp": str(MOMENT),
        "webhook-signature": SIGNATURE,
    }
    assert check_signature(SECRET, headers, BODY, now_seconds=MOMENT + 10) == MESSAGE


def test_while_a_secret_changes_both_fit() -> None:
    new, old = new_secret(), new_secret()
    headers = signed_headers([new, old], MESSAGE, MOMENT, BODY)
    assert headers["webhook-signature"].count("v1,") == 2
    for secret in (new, old):
        assert check_signature(secret, headers, BODY, now_seconds=MOMENT) == MESSAGE


@given(st.binary(max_size=200), st.integers(0, 2**33))
def test_what_is_signed_is_recognised(body: bytes, moment: int) -> None:
    headers = signed_headers([SECRET], MESSAGE, moment, body)
    assert check_signature(SECRET, headers, body, now_seconds=moment) == MESSAGE


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("webhook-id", "msg_other"),
        ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330"),
        ("webhook-id", ""),
        ("webhook-timestamp", str(MOMENT + 1)),
        ("webhook-timestamp", "1.5"),
        ("webhook-timestamp", "²"),
        ("webhook-timestamp", ""),
        ("webhook-signature", "v1,AAAA"),
        ("webhook-signature", SIGNATURE.replace("v1,", "v1a,")),
        ("webhook-signature", "ü"),
        ("webhook-signature", ""),
    ],
)
def test_a_changed_header_is_refused(name: str, value: str) -> None:
    headers = signed_headers([SECRET], MESSAGE, MOMENT, BODY) | {name: value}
    with pytest.raises(Refused):
        check_signature(SECRET, headers, BODY, now_seconds=MOMENT)


def test_another_body_secret_or_time_is_refused() -> None:
    headers = signed_headers([SECRET], MESSAGE, MOMENT, BODY)
    with pytest.raises(Refused):
        check_signature(SECRET, headers, BODY + b" ", now_seconds=MOMENT)
    with pytest.raises(Refused):
        check_signature(new_secret(), headers, BODY, now_seconds=MOMENT)
    for off in (TOLERANCE_SECONDS + 1, -TOLERANCE_SECONDS - 1):
        with pytest.raises(Refused):
            check_signature(SECRET, headers, BODY, now_seconds=MOMENT + off)


def test_an_id_cannot_move_the_border_to_the_timestamp() -> None:
    with pytest.raises(ValueError):
        sign(parse_secret(SECRET), "msg_1.2", MOMENT, BODY)


def test_secrets_have_24_to_64_bytes() -> None:
    assert len(parse_secret(new_secret())) == 32
    assert len(parse_secret(written(24))) == 24
    assert len(parse_secret(written(64))) == 64


@pytest.mark.parametrize(
    "text", ["", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_not base64!", written(23), written(65)]
)
def test_anything_else_is_no_secret_and_is_not_quoted(text: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_secret(text)
    assert "not base64!" not in str(caught.value)
