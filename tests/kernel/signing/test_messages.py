from __future__ import annotations

import random
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from tests.kernel.signing import rfc9421
from tutela.kernel.clock import FixedClock
from tutela.kernel.signing.content_digests import check_content_digest
from tutela.kernel.signing.messages import (
    NONCE_KEPT,
    SKEW,
    VALID,
    SignatureRefused,
    Signed,
    check_signature,
    sign,
    signatures_of,
    verify,
)
from tutela.kernel.signing.nonces import MemoryNonces
from tutela.kernel.signing.signature_bases import Message, signature_base
from tutela.kernel.signing.structured_fields import InnerList, Item, Member, render_dictionary

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY, OTHER = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2))
REQUEST = Message(method="POST", authority="partner.test", path="/items", query="page=1")
BODY = b'{"entries": 2}'


def clock(seconds: float = 0) -> FixedClock:
    return FixedClock(NOW + timedelta(seconds=seconds))


def signed(message: Message = REQUEST, body: bytes = BODY, *, at: float = 0, **wish: Any) -> Message:
    plain: dict[str, Any] = {"key": "house-1", "private": KEY, "tag": "tutela-exchange", "clock": clock(at)}
    return sign(message, body, **plain | wish)


def keys(name: str) -> bytes | None:
    known = {"house-1": KEY, "house-2": OTHER}
    return known[name].public_key().public_bytes_raw() if name in known else None


def verified(message: Message, body: bytes = BODY, *, at: float = 0, **wish: Any) -> Signed:
    plain: dict[str, Any] = {
        "public_key": keys,
        "tag": "tutela-exchange",
        "nonces": MemoryNonces(),
        "clock": clock(at),
    }
    return verify(message, body, **plain | wish)


def refused(message: Message, reason: str, body: bytes = BODY, **wish: Any) -> None:
    with pytest.raises(SignatureRefused, match=reason):
        verified(message, body, **wish)


@pytest.mark.parametrize(
    ("message", "said", "signature"),
    [
        (rfc9421.REQUEST, rfc9421.B26_INPUT, rfc9421.B26_SIGNATURE),
        (rfc9421.TRANSFORMED, rfc9421.B4_INPUT, rfc9421.B4_SIGNATURE),
    ],
    ids=["B.2.6", "B.4"],
)
def test_the_rfc_s_signatures_are_made_and_checked(message: Message, said: str, signature: str) -> None:
    message = message.with_fields({"Signature-Input": said, "Signature": signature})
    ((label, (covered, value)),) = signatures_of(message).items()
    check_signature(message, covered, value, rfc9421.PUBLIC)
    private = Ed25519PrivateKey.from_private_bytes(rfc9421.PRIVATE)
    assert private.public_key().public_bytes_raw() == rfc9421.PUBLIC
    made = private.sign(signature_base(message, covered).encode())
    assert render_dictionary({label: Item(value=made)}) == signature
    assert render_dictionary({label: covered}) == said
    with pytest.raises(ValueError, match="does not fit"):
        check_signature(message.with_fields({"accept": "x", "date": "y"}), covered, value, rfc9421.PUBLIC)


def test_the_rfc_s_transformations_keep_the_signature_or_break_it() -> None:
    extra = rfc9421.TRANSFORMED.with_fields(
        {
            "Signature-Input": rfc9421.B4_INPUT,
            "Signature": rfc9421.B4_SIGNATURE,
            "Accept-Language": "en-US,en;q=0.5",
        }
    )
    ((covered, value),) = signatures_of(extra).values()
    check_signature(extra, covered, value, rfc9421.PUBLIC)
    for kept in (
        extra.with_fields({"accept": "application/json, */*"}),
        replace(extra, query="name1=Value1&Name2=value2&param=added"),
    ):
        check_signature(kept, covered, value, rfc9421.PUBLIC)
    for broken in (
        replace(extra, method="POST"),
        replace(extra, authority="example.com"),
        extra.with_fields({"accept": "*/*, application/json"}),
    ):
        with pytest.raises(ValueError, match="does not fit"):
            check_signature(broken, covered, value, rfc9421.PUBLIC)


def test_the_rfc_s_request_carries_the_digest_of_its_body() -> None:
    check_content_digest(rfc9421.REQUEST.field("content-digest"), rfc9421.BODY)


@pytest.mark.parametrize("message", [REQUEST, Message(status=200)], ids=["request", "response"])
@pytest.mark.parametrize("body", [BODY, b""], ids=["body", "empty"])
def test_what_is_signed_is_believed(message: Message, body: bytes) -> None:
    found = verified(signed(message, body), body)
    assert (found.key, found.tag, found.created) == ("house-1", "tutela-exchange", NOW)
    assert found.expires - found.created == VALID


def test_every_change_of_what_is_covered_is_refused() -> None:
    message = signed()
    verified(message)
    refused(message, "digest is not that", BODY + b" ")
    changes: list[dict[str, Any]] = [
        {"method": "PUT"},
        {"authority": "other.test"},
        {"path": "/item"},
        {"query": "page=2"},
        {"query": None},
        {"scheme": "http"},
    ]
    for change in changes:
        refused(replace(message, **change), "does not fit")
    other = signed(body=b"other")
    refused(message.with_fields({"content-digest": other.field("content-digest")}), "does not fit", b"other")
    refused(replace(message, status=200), "does not cover @status")


def test_fields_that_are_not_covered_and_their_order_may_change() -> None:
    message = signed()
    verified(replace(message, fields=tuple(reversed(message.fields))))
    verified(message.with_fields({"user-agent": "other"}))


def test_a_message_comes_once() -> None:
    nonces, message = MemoryNonces(), signed()
    verified(message, nonces=nonces)
    for later in (0, 1, 599, 600):
        refused(message, "came before", at=later, nonces=nonces)
    verified(signed(), nonces=nonces)  # the same again, newly signed


def test_a_message_that_is_refused_uses_no_nonce_up() -> None:
    nonces, message = MemoryNonces(), signed()
    refused(message, "digest", b"other", nonces=nonces)
    refused(message, "expired", at=601, nonces=nonces)
    verified(message, nonces=nonces)


def test_of_two_copies_at_once_one_is_believed() -> None:
    nonces, message, begin = MemoryNonces(), signed(), threading.Barrier(20)
    believed: list[bool] = []

    def receive() -> None:
        begin.wait()
        try:
            verified(message, nonces=nonces)
        except SignatureRefused:
            believed.append(False)
        else:
            believed.append(True)

    threads = [threading.Thread(target=receive) for _ in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sum(believed) == 1 and len(believed) == 20


@given(st.integers(-1_200, 1_200), st.integers(0, 4_000), st.integers(0, 4_000))
def test_no_clock_and_no_delay_lets_a_message_in_twice(skew: int, first: int, second: int) -> None:
    nonces, message = MemoryNonces(), signed(at=skew)
    came = [False, False]
    for number, at in enumerate(sorted((first, second))):
        try:
            verified(message, at=at, nonces=nonces)
        except SignatureRefused:
            continue
        came[number] = True
        assert abs(at - skew) <= SKEW.total_seconds()
    assert came != [True, True]


@pytest.mark.parametrize(
    ("seconds", "fits"), [(120, True), (-120, True), (600, True), (-600, True), (601, False), (-601, False)]
)
def test_clocks_may_differ_by_ten_minutes(seconds: int, fits: bool) -> None:
    message = signed(at=seconds)
    if fits:
        verified(message)
    else:
        refused(message, "from the future|expired")


def test_a_nonce_is_kept_longer_than_its_message_can_come_in() -> None:
    assert NONCE_KEPT > 2 * SKEW + VALID


def by_hand(change: dict[str, Any] | None = None, *, covers: tuple[str, ...] = (), drop: str = "") -> Message:
    """A request whose signature's parameters somebody chose, rightly signed."""
    message = signed()
    ((given_, _),) = signatures_of(message).values()
    parameters = {
        name: value for name, value in {**given_.parameters, **(change or {})}.items() if name != drop
    }
    items = tuple(Item(value=name) for name in covers) if covers else given_.items
    covered = InnerList(items=items, parameters=parameters)
    value = KEY.sign(signature_base(message, covered).encode())
    return message.with_fields(
        {
            "signature-input": render_dictionary({"x": covered}),
            "signature": render_dictionary({"x": Item(value=value)}),
        }
    )


def test_another_s_label_and_the_name_of_the_algorithm_are_believed() -> None:
    verified(by_hand())
    verified(by_hand({"alg": "ed25519"}))


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (by_hand(drop="created"), "does not say created"),
        (by_hand(drop="expires"), "does not say expires"),
        (by_hand(drop="nonce"), "does not say nonce"),
        (by_hand(drop="keyid"), "does not say keyid"),
        (by_hand(drop="tag"), "exactly one for this purpose"),
        (by_hand({"tag": "other"}), "exactly one for this purpose"),
        (by_hand({"keyid": "house-2"}), "does not fit"),
        (by_hand({"keyid": "house-3"}), "nobody here has a key"),
        (by_hand({"alg": "hmac-sha256"}), "not ed25519"),
        (by_hand({"nonce": "AAAAAAAAAAA="}), "less than 128 bits"),
        (by_hand({"nonce": "not base64!"}), "base64"),
        (by_hand({"expires": int(NOW.timestamp()) + 301}), "more than 300 seconds"),
        (by_hand({"expires": int(NOW.timestamp())}), "or for none"),
        (by_hand({"created": 10**14}), "no time"),
        (by_hand({"created": "now"}), "does not say created"),
        (by_hand(covers=("@method", "content-digest")), "does not cover @target-uri"),
        (by_hand(covers=("@target-uri", "content-digest")), "does not cover @method"),
        (by_hand(covers=("@method", "@target-uri")), "does not cover content-digest"),
    ],
    ids=lambda one: one if isinstance(one, str) else "message",
)
def test_a_signature_that_promises_too_little_is_refused(message: Message, reason: str) -> None:
    refused(message, reason)


def test_a_message_without_signature_or_with_two_for_one_purpose_is_refused() -> None:
    refused(REQUEST, "no field signature-input")
    message = signed()
    ((label, (covered, value)),) = signatures_of(message).items()
    both: dict[str, Member] = {label: covered, "more": covered}
    two = {"signature-input": render_dictionary(both)}
    refused(message.with_fields(two), "do not speak of the same")
    values = {"signature": render_dictionary({label: Item(value=value), "more": Item(value=value)})}
    refused(message.with_fields(two | values), "exactly one")
    refused(message.with_fields({"signature": f"{label}=1"}), "signature bytes")
    refused(message.with_fields({"signature": f"{label}=:AAAA:"}), "does not fit")


def test_a_thousand_mutations_are_refused() -> None:
    chance, message = random.Random(13), signed()
    for _ in range(1_000):
        at = chance.randrange(len(message.fields))
        name, value = message.fields[at]
        place = chance.randrange(len(value))
        changed = value[:place] + chance.choice('aZ09+/=:;," ()') + value[place + 1 :]
        fields = (*message.fields[:at], (name, changed), *message.fields[at + 1 :])
        mutant = replace(message, fields=fields)
        if changed == value or _same_meaning(mutant, message):
            continue
        refused(mutant, r"\w")


def _same_meaning(mutant: Message, message: Message) -> bool:
    try:
        return list(signatures_of(mutant).values()) == list(signatures_of(message).values()) and (
            mutant.field("content-digest") == message.field("content-digest")
        )
    except ValueError:
        return False


def test_a_key_under_which_anybody_s_signature_fits_is_nobody_s() -> None:
    ((covered, _),) = signatures_of(signed()).values()
    with pytest.raises(ValueError, match="nobody here has a key"):
        check_signature(signed(), covered, bytes([1]) + bytes(63), bytes([1]) + bytes(31))
