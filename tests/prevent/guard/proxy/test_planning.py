from __future__ import annotations

from dataclasses import replace

import pytest

from tutela.prevent.guard.proxy.planning import Head, may_be_long, plan
from tutela.prevent.guard.proxy.policy import Policy

HOLD, PASS = Policy(), Policy(films="pass")
MOST = HOLD.body_bytes_max
PICTURE = Head(status=200, content_type="image/png", length_bytes=100)


@pytest.mark.parametrize(
    "head",
    [
        replace(PICTURE, method="HEAD"),
        replace(PICTURE, status=101),
        replace(PICTURE, status=204),
        replace(PICTURE, status=304),
        replace(PICTURE, length_bytes=0),
    ],
)
def test_answers_without_a_body(head: Head) -> None:
    assert plan(head, HOLD) == "bare"


@pytest.mark.parametrize("status", [200, 203, 302, 404, 500])
@pytest.mark.parametrize(
    "declared",
    ["image/png", "image/svg+xml", "text/html", "application/json", "application/zip", "font/woff2", ""],
)
def test_whatever_fits_is_kept_together(status: int, declared: str) -> None:
    head = Head(status=status, content_type=declared, length_bytes=MOST)
    assert plan(head, HOLD) == "whole"
    assert plan(replace(head, length_bytes=None), HOLD) == "whole"


@pytest.mark.parametrize(
    ("declared", "attachment", "expected"),
    [
        ("image/png", True, "held"),
        ("image/svg+xml", True, "held"),
        ("multipart/mixed", True, "held"),
        ("text/html", False, "held"),
        ("text/csv", True, "watched"),
        ("application/zip", False, "watched"),
        ("", False, "watched"),
    ],
)
def test_what_does_not_fit(declared: str, attachment: bool, expected: str) -> None:
    head = Head(status=200, content_type=declared, length_bytes=MOST + 1, attachment=attachment)
    assert plan(head, HOLD) == expected
    assert may_be_long(head) == (expected == "watched")


@pytest.mark.parametrize("declared", ["video/mp4", "application/dash+xml", "application/x-mpegurl"])
@pytest.mark.parametrize("status", [200, 206])
def test_films(declared: str, status: int) -> None:
    head = Head(status=status, content_type=declared, length_bytes=100)
    assert plan(head, HOLD) == "held"
    assert plan(head, PASS) == "watched"


def test_what_a_film_element_asks_for_is_a_film() -> None:
    head = Head(status=200, content_type="audio/mp4", destination="video")
    assert plan(head, HOLD) == "held"
    assert plan(replace(head, destination="audio"), HOLD) == "watched"


@pytest.mark.parametrize(
    "declared", ["image/png", "text/html", "application/octet-stream", "multipart/byteranges", ""]
)
def test_pieces_are_held_unless_they_are_film_or_sound(declared: str) -> None:
    assert plan(Head(status=206, content_type=declared, length_bytes=100), PASS) == "held"
    assert plan(Head(status=206, content_type="audio/ogg", length_bytes=100), HOLD) == "watched"


@pytest.mark.parametrize(
    "head",
    [
        replace(PICTURE, content_encoding="dcb"),
        replace(PICTURE, content_type="application/webbundle"),
        replace(PICTURE, content_type="multipart/x-mixed-replace;boundary=a", length_bytes=None),
    ],
)
def test_what_cannot_be_looked_through_is_held(head: Head) -> None:
    assert plan(head, PASS) == "held"


def test_answers_that_stay_open() -> None:
    assert plan(Head(status=200, content_type="text/event-stream; charset=utf-8"), HOLD) == "events"
    assert plan(Head(status=200, content_type="application/grpc-web+proto"), HOLD) == "watched"
