from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.detect.service.hma.desk import Desk

BOUNDARY = "b0undary"
TYPE = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


def form(*parts: tuple[str, bytes, bool]) -> bytes:
    """A form of (name, content, is a file)."""
    made = b""
    for name, content, is_file in parts:
        named = '; filename="f"' if is_file else ""
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
        made += head.encode() + content + b"\r\n"
    return made + f"--{BOUNDARY}--\r\n".encode()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path, body_bytes_max=2_000, held_bytes_max=300_000)
    yield desk
    desk.close()


def message(desk: Desk, body: bytes, status: int, headers: dict[str, str] = TYPE) -> str:
    answer = desk.ask("POST", "/h/hash", content=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert list(answer.json()) == ["message"]
    assert desk.service.admission.held_bytes == desk.service.admission.in_hand == 0
    return str(answer.json()["message"])


def test_a_form_as_curl_and_undici_send_it_is_taken(desk: Desk) -> None:
    body = form(("note", b"x", False), ("video", b"a film", True), ("content_id", b"7", False))
    answer = desk.ask("POST", "/h/hash", content=body, headers=TYPE)
    assert answer.json() == {"video_md5": hashlib.md5(b"a film").hexdigest()}
    assert desk.service.admission.held_bytes == 0


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([], "Missing multipart/form-data"),
        ([("photo", b"x", False)], "Missing multipart/form-data"),
        ([("photo", b"x", True), ("video", b"y", True)], "Only one file"),
        ([("file", b"x", True)], "no such content_type"),
        ([("video", b"", True)], "empty"),
    ],
)
def test_a_wrong_form_is_400(desk: Desk, parts: list[tuple[str, bytes, bool]], said: str) -> None:
    assert said in message(desk, form(*parts), 400)


@pytest.mark.parametrize("content_type", ["", "image/png", "application/json", "multipart/form-data"])
def test_what_is_no_form_is_400(desk: Desk, content_type: str) -> None:
    said = message(desk, b"x", 400, {"Content-Type": content_type})
    assert said == "Missing multipart/form-data file upload"


def test_a_cut_form_is_400(desk: Desk) -> None:
    assert "cannot be read" in message(desk, form(("video", b"x", True))[:-10], 400)


def test_only_a_film_may_be_larger_than_a_picture(desk: Desk) -> None:
    assert "too large" in message(desk, form(("photo", b"x" * 2_001, True)), 413)
    answer = desk.ask("POST", "/h/hash", content=form(("video", b"x" * 2_001, True)), headers=TYPE)
    assert answer.status_code == 200


def test_more_than_there_is_room_for_is_429(desk: Desk) -> None:
    body = form(("video", b"x" * 400_000, True))
    answer = desk.ask("POST", "/h/hash", content=body, headers=TYPE)
    assert (answer.status_code, "retry-after" in answer.headers) == (429, True)
    assert desk.service.admission.held_bytes == 0
