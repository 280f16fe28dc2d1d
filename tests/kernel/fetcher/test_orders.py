"""Orders and answers: round trip, and nothing that is out of range."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.custody.blobs import BLOB_PREFIX
from tutela.kernel.custody.keys import EPOCH_PREFIX
from tutela.kernel.egress.reasons import REASONS
from tutela.kernel.errors import TutelaError
from tutela.kernel.fetcher.orders import (
    Fetched,
    FetchOrder,
    NotFetched,
    SealedPart,
    parse_answer,
    parse_order,
    render_answer,
    render_order,
)
from tutela.kernel.ids import new_id

DIGESTS = st.text("0123456789abcdef", min_size=64, max_size=64)
COUNTS = st.integers(0, 1 << 40)
PARTS = st.builds(
    lambda commitment: SealedPart(
        blob=new_id(BLOB_PREFIX), epoch=new_id(EPOCH_PREFIX), commitment=commitment
    ),
    DIGESTS,
)
FETCHED = st.builds(
    Fetched,
    url=st.text(max_size=40),
    status=st.integers(100, 599),
    address=st.text(max_size=40),
    certificate_sha256=DIGESTS | st.just(""),
    redirects=COUNTS,
    size_bytes=COUNTS,
    sha256=DIGESTS,
    sha3_256=DIGESTS,
    seconds=st.floats(0, 1e6),
    version=st.text(max_size=10),
    configuration=DIGESTS,
    body=st.none() | PARTS,
    response_sealed=st.binary(max_size=100),
    asked_address=st.text(max_size=40),
    final_url=st.text(max_size=40),
    media_type=st.sampled_from(["", "text/html", "image/svg+xml"]),
    charset=st.sampled_from(["", "utf-8", "ISO_8859-1:1987"]),
    retry_after_seconds=st.none() | st.floats(0, 1e6),
)
NOT_FETCHED = st.builds(
    NotFetched,
    url=st.text(max_size=40),
    reason=st.sampled_from(REASONS),
    status=st.integers(0, 599),
    retry_after_seconds=st.none(),
)
ACCEPTS = st.sampled_from(["*/*", "application/rdap+json", "image/*,video/*;q=0.8"])
ORDER = FetchOrder(sealed_url=b"sealed", bytes_max=10)


@given(FETCHED | NOT_FETCHED)
def test_an_answer_comes_back(answer: Fetched | NotFetched) -> None:
    assert parse_answer(render_answer(answer)) == answer


@given(st.binary(max_size=50), st.binary(max_size=50), ACCEPTS, st.integers(1, 1 << 40), st.booleans())
def test_an_order_comes_back(sealed: bytes, referrer: bytes, accept: str, bytes_max: int, keep: bool) -> None:
    order = FetchOrder(
        sealed_url=sealed,
        sealed_referrer=referrer,
        accept=accept,
        bytes_max=bytes_max,
        keep=keep,
        vantage="second",
    )
    assert parse_order(render_order(order)) == order


@pytest.mark.parametrize(
    "change",
    [
        {"v": 1},
        {"v": 2},
        {"v": 3},
        {"v": 5},
        {"accept": "*/*\r\nX: y"},
        {"accept": 1},
        {"accept": ""},
        {"sealed_referrer": None},
        {"sealed_referrer": "%"},
        {"more": 1},
        {"sealed_url": 1},
        {"sealed_url": "%"},
        {"bytes_max": 0},
        {"bytes_max": "9"},
        {"keep": 1},
        {"bytes_max": True},
        {"vantage": "../x"},
        {"fetch_id": "x"},
    ],
    ids=str,
)
def test_an_order_out_of_range_is_none(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        parse_order({**render_order(ORDER), **change})


@given(FETCHED, st.sampled_from(["status", "sha256", "body", "size_bytes", "configuration", "v", "fetched"]))
def test_an_answer_out_of_range_is_none(answer: Fetched, name: str) -> None:
    message = render_answer(answer)
    message[name] = {"body": {"blob": "blb_x", "epoch": "", "commitment": ""}}.get(name, -1)
    with pytest.raises((ValueError, TutelaError)):
        parse_answer(message)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("asked_address", None),
        ("final_url", 1),
        ("media_type", None),
        ("media_type", "text/html; x"),
        ("media_type", "Text/HTML"),
        ("charset", "utf 8"),
        ("charset", "x" * 41),
        ("retry_after_seconds", -1),
        ("retry_after_seconds", "9"),
    ],
)
def test_what_a_host_declares_is_in_range_or_the_answer_is_none(name: str, value: object) -> None:
    with pytest.raises(ValueError):
        parse_answer({**render_answer(_with(200)), name: value})


def test_only_a_status_of_success_is_there() -> None:
    assert [status for status in (199, 200, 206, 299, 304, 404, 503) if _with(status).is_there] == [
        200,
        206,
        299,
    ]


def _with(status: int) -> Fetched:
    return Fetched(
        url="",
        status=status,
        response_sealed=b"",
        address="",
        certificate_sha256="",
        redirects=0,
        size_bytes=0,
        sha256="0" * 64,
        sha3_256="0" * 64,
        seconds=0.0,
        version="1",
        configuration="0" * 64,
    )


@pytest.mark.parametrize(
    "change",
    [
        {"url": None},
        {"address": 7},
        {"version": []},
        {"seconds": "1"},
        {"seconds": float("inf")},
        {"seconds": -1.0},
        {"status": True},
        {"status": 10**6},
        {"size_bytes": True},
    ],
    ids=str,
)
def test_a_fetcher_that_lies_about_a_type_is_not_believed(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        parse_answer({**render_answer(_with(200)), **change})


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "bad_weather"},
        {"status": "x"},
        {"more": 1},
        {"url": 1},
        *({"retry_after_seconds": one} for one in ("soon", -1, True, float("inf"), float("nan"), 1e300)),
    ],
    ids=str,
)
def test_a_reason_that_nobody_knows_is_none(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        parse_answer({**render_answer(NotFetched(reason="too_slow")), **change})


def test_a_commitment_out_of_range_is_none() -> None:
    part = SealedPart(blob=new_id(BLOB_PREFIX), epoch=new_id(EPOCH_PREFIX), commitment="short")
    message = render_answer(_with(200))
    message["body"] = {"blob": part.blob, "epoch": part.epoch, "commitment": part.commitment}
    with pytest.raises(ValueError):
        parse_answer(message)
