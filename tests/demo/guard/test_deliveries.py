"""Pictures by an element alone: what the site answers for each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tutela.demo.guard import deliveries
from tutela.demo.guard.deliveries import PADDING_BYTES, Answer, Deliver, Places
from tutela.demo.guard.pictures import Picture
from tutela.prevent.guard.proxy.policy import BODY_BYTES_MAX

PICTURE = Picture(kind="known", number=1)
PLACES = Places(
    path="/1/a", other_host="https://other.test:1", http2="https://two.test:2", http3="https://three.test:3"
)


def turns(deliver: Deliver, number: int) -> list[Answer]:
    made = (deliver(replace(PICTURE, turn=turn), PLACES) for turn in range(number))
    return [one.answers["/1/a/file"] for one in made]


def test_an_element_asks_for_the_file() -> None:
    made = deliveries.plain("png")(PICTURE, PLACES)
    assert made.html == '<img src="/1/a/file">'
    assert made.answers["/1/a/file"] == Answer(body=PICTURE.encoded("png"), content_type="image/png")


def test_layouts_take_turns() -> None:
    kinds = [one.body[:4] for one in turns(deliveries.plain("gif", "png"), 3)]
    assert kinds == [b"GIF8", b"\x89PNG", b"GIF8"]


def test_names_statuses_and_ways_to_end_take_turns() -> None:
    assert {one.content_type for one in turns(deliveries.misnamed, 5)} >= {"", "text/plain"}
    assert {one.status for one in turns(deliveries.under_status, 4)} == {404, 403, 500, 203}
    chunked, ending = turns(deliveries.in_pieces, 2)
    assert b"".join(chunked.pieces or ()) == ending.body and ending.ends
    icon, pointer = turns(deliveries.cursor, 2)
    assert (icon.body[:4], pointer.body[:4]) == (b"\0\0\1\0", b"\0\0\2\0")


@pytest.mark.parametrize(
    ("deliver", "origin"),
    [
        (deliveries.elsewhere, PLACES.other_host),
        (deliveries.over_http2, PLACES.http2),
        (deliveries.over_http3, PLACES.http3),
    ],
)
def test_some_come_from_elsewhere(deliver: Deliver, origin: str) -> None:
    assert deliver(PICTURE, PLACES).html == f'<img src="{origin}/1/a/file">'


@pytest.mark.parametrize("deliver", [deliveries.too_large, deliveries.large_download])
def test_large_ones_are_larger_than_the_guard_keeps_together(deliver: Deliver) -> None:
    (answer,) = turns(deliver, 1)
    assert len(answer.body) > PADDING_BYTES > BODY_BYTES_MAX


def test_what_is_said_beside_the_picture() -> None:
    assert deliveries.unasked_range(PICTURE, PLACES).answers["/1/a/file"].status == 206
    (offer,) = turns(deliveries.over_http3, 1)
    assert dict(offer.headers)["Alt-Svc"].startswith('h3=":3"')
    assert deliveries.sealed(PICTURE, PLACES).answers["/1/a/file"].content_type == "application/webbundle"
    head = deliveries.announced(PICTURE, PLACES).head
    assert [word in head for word in ("preload", "prefetch", "icon")] == [True] * 3
