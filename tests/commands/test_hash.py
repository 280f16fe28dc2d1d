"""``tutela hash``: one object a file in the promised shape, and a reason where nothing was hashed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.commands.looking_calls import Call, World, make_world

KEYS = ["path", "sha256", "sha1", "md5", "forms", "unhashable"]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    return Call(capsys)


def test_each_file_is_one_object_in_the_promised_shape(call: Call, world: World) -> None:
    assert call("hash", "--json", world.files / "known.jpg", world.files / "copy.png") == 0
    jpeg, png = call.rows()
    assert list(jpeg) == KEYS
    assert jpeg["sha256"] == hashlib.sha256((world.files / "known.jpg").read_bytes()).hexdigest()
    assert (len(jpeg["sha1"]), len(jpeg["md5"])) == (40, 32)
    (form,) = jpeg["forms"]
    assert list(form) == ["form", "kind", "value", "quality", "mode"]
    assert (form["form"], form["kind"], form["mode"], len(form["value"])) == ("f0/r0", "pdq", "fast", 64)
    assert jpeg["unhashable"] is None
    near = int(form["value"], 16) ^ int(png["forms"][0]["value"], 16)
    assert near.bit_count() <= 16


def test_all_forms_are_given_when_asked_upright_first(call: Call, world: World) -> None:
    assert call("hash", "--json", "--all-forms", "--mode", "exact", world.files / "known.jpg") == 0
    (row,) = call.rows()
    assert [form["form"] for form in row["forms"]] == [
        f"f0/{name}" for name in ("r0", "r90", "r180", "r270", "mx", "my", "md", "ma")
    ]
    assert {form["mode"] for form in row["forms"]} == {"exact"}


def test_an_ordinary_file_is_read_and_says_why_it_has_no_form(call: Call, world: World) -> None:
    assert call("hash", "--json", world.files / "note.txt") == 0
    (row,) = call.rows()
    assert row["forms"] == []
    assert "not a picture" in row["unhashable"]


def test_one_bad_file_never_ends_the_batch(call: Call, world: World) -> None:
    paths = [world.files / name for name in ("broken.jpg", "missing.jpg", "known.jpg")]
    assert call("hash", "--json", *paths) == 3
    broken, missing, known = call.rows()
    assert broken["unhashable"] == "broken or truncated"
    assert broken["sha256"]
    assert (missing["sha256"], missing["unhashable"]) == (None, "vanished before it was read")
    assert known["forms"]


def test_people_get_lines(call: Call, world: World) -> None:
    odd = world.files / "odd\u202ename.txt"
    odd.write_bytes(b"words")
    assert call("hash", world.files / "known.jpg", odd) == 0
    assert "quality 100" in call.out
    assert "\\u202e" in call.out
    assert "\u202e" not in call.out


def test_a_wrong_call_is_2(call: Call) -> None:
    assert call("hash") == 2
    assert call("hash", "--mode", "sloppy", "a.jpg") == 2
