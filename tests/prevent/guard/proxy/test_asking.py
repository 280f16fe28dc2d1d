from __future__ import annotations

import pytest
from mitmproxy.http import Headers

from tutela.prevent.guard.proxy.asking import ask_whole, destination


def asked(**fields: str) -> dict[str, str]:
    headers = Headers(**fields)  # type: ignore[arg-type]
    ask_whole(headers)
    return dict(headers.items())


def test_nothing_but_a_whole_answer_is_asked_for() -> None:
    fields = {
        "Range": "bytes=0-1",
        "If_Range": '"a"',
        "If_None_Match": '"a"',
        "If_Modified_Since": "x",
        "Available_Dictionary": ":x:",
        "Accept": "image/*",
    }
    assert asked(**fields) == {"Accept": "image/*", "Accept-Encoding": "identity"}


@pytest.mark.parametrize("wanted", ["audio", "track"])
def test_sounds_may_come_in_ranges(wanted: str) -> None:
    assert asked(Range="bytes=0-1", Sec_Fetch_Dest=wanted)["Range"] == "bytes=0-1"


@pytest.mark.parametrize("wanted", ["image", "video", "empty", "document", ""])
def test_others_may_not(wanted: str) -> None:
    assert "Range" not in asked(Range="bytes=0-1", Sec_Fetch_Dest=wanted)


@pytest.mark.parametrize(
    ("offered", "left"),
    [
        ("gzip, deflate, br, zstd", "gzip, deflate, br, zstd"),
        ("br;q=1.0, dcz, GZIP;q=0.5, *", "GZIP;q=0.5, br;q=1.0"),
        ("dcb, exi", "identity"),
        ("", "identity"),
    ],
)
def test_only_encodings_that_can_be_undone_are_offered(offered: str, left: str) -> None:
    assert asked(Accept_Encoding=offered)["Accept-Encoding"] == left


def test_the_destination_is_in_lower_case() -> None:
    assert destination(Headers(Sec_Fetch_Dest=" Image ")) == "image"
    assert destination(Headers()) == ""
