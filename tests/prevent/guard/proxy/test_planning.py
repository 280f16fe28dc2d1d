from __future__ import annotations

from dataclasses import replace

import pytest

from tutela.prevent.guard.proxy.planning import Head, may_be_long, plan
from tutela.prevent.guard.proxy.policy import Policy

HOLD, CHECK, PASS = Policy(), Policy(films="check"), Policy(segments="pass")
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


FILM = Head(status=200, content_type="video/mp4", length_bytes=MOST)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (FILM, "whole"),
        (replace(FILM, length_bytes=None), "whole"),
        (replace(FILM, length_bytes=MOST + 1), "film"),
        (replace(FILM, length_bytes=HOLD.film_bytes_max), "film"),
        (replace(FILM, length_bytes=HOLD.film_bytes_max + 1), "held"),
        (replace(FILM, length_bytes=500_000_000), "held"),
        (replace(FILM, status=206), "held"),
        (replace(FILM, attachment=True), "whole"),
    ],
)
@pytest.mark.parametrize(
    ("declared", "destination"),
    [
        ("video/mp4", ""),
        ("application/mp4", ""),
        ("", "video"),
        ("audio/mp4", "video"),
        ("video/webm", "video"),
    ],
)
def test_films(head: Head, expected: str, declared: str, destination: str) -> None:
    """Also what a film element asks for under another type."""
    head = replace(head, content_type=declared, destination=destination)
    assert plan(head, HOLD) == "held"
    assert plan(head, CHECK) == plan(head, PASS) == expected


def test_a_sound_element_gets_its_sound() -> None:
    assert plan(replace(FILM, content_type="audio/mp4", destination="audio"), HOLD) == "watched"


@pytest.mark.parametrize("declared", ["application/dash+xml", "application/x-mpegurl", "video/mp2t"])
def test_lists_and_pieces_of_streams(declared: str) -> None:
    head = replace(FILM, content_type=declared)
    assert plan(head, HOLD) == plan(head, CHECK) == "held"
    assert plan(head, PASS) == "whole"
    assert plan(replace(head, status=206), PASS) == "held"


@pytest.mark.parametrize("destination", ["video", "style", "script"])
def test_what_a_film_element_a_style_or_a_script_asks_for_is_no_download(destination: str) -> None:
    head = Head(status=200, destination=destination)
    assert not may_be_long(head)
    assert not may_be_long(replace(head, content_type="text/css", attachment=True))
    assert may_be_long(replace(head, destination=""))


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
