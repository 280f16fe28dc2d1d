from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from tutela.prevent.guard.pilot.reports import REPORT_BYTES_MAX
from tutela.prevent.guard.pilot.wire import (
    FRAME_BYTES_MAX,
    back_frame,
    open_frame,
    parse_frame,
    report_frame,
)

OPENS = X25519PrivateKey.generate()
PRIVATE, PUBLIC = OPENS.private_bytes_raw(), OPENS.public_key().public_bytes_raw()
TOKEN, SECRET = b"t" * 32, b"s" * 32


def frame_of(report: bytes) -> bytes:
    return report_frame(report, token=TOKEN, retraction=SECRET, study="example", opens=PUBLIC)


@given(st.binary(max_size=40_000))
def test_the_clinic_opens_exactly_the_bytes_that_were_shown(report: bytes) -> None:
    frame = parse_frame(frame_of(report))
    assert open_frame(frame, study="example", private=PRIVATE) == report
    assert frame.token == TOKEN and not frame.takes_back
    assert frame.mark == hashlib.sha256(SECRET).hexdigest()


def test_nobody_else_opens_them_and_the_size_tells_little() -> None:
    frame = frame_of(b"a short one")
    assert b"a short one" not in frame and SECRET not in frame
    assert len(frame) == len(frame_of(b"x" * 10_000)) < len(frame_of(b"x" * 20_000))
    other = X25519PrivateKey.generate().private_bytes_raw()
    for private, study in ((other, "example"), (PRIVATE, "another")):
        with pytest.raises(ValueError):
            open_frame(parse_frame(frame), study=study, private=private)
    assert len(frame_of(bytes(REPORT_BYTES_MAX))) <= FRAME_BYTES_MAX


def test_taking_back_carries_the_mark_of_what_was_sent() -> None:
    back = parse_frame(back_frame(token=TOKEN, retraction=SECRET))
    assert back.takes_back and back.mark == parse_frame(frame_of(b"x")).mark


@given(st.binary(max_size=300))
def test_nonsense_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        parse_frame(data)


def test_other_marks_and_sizes_are_refused() -> None:
    frame, back = frame_of(b"x"), back_frame(token=TOKEN, retraction=SECRET)
    for wrong in (
        frame[:-1],
        frame + b"x",
        b"TPX1" + frame[4:],
        b"TPB1" + frame[4:],
        b"TPR1" + back[4:],
        back[:-1],
    ):
        with pytest.raises(ValueError):
            parse_frame(wrong)
