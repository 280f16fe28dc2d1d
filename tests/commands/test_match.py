"""``tutela match``: the promised lines and exit codes, members as lines of their own, errors before work."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.looking_calls import Call, World, make_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    return Call(capsys)


def test_known_copies_and_strangers_are_told_apart_in_order(call: Call, world: World) -> None:
    names = ("known.jpg", "copy.png", "other.jpg", "note.txt", "broken.jpg")
    assert call("match", *(world.files / name for name in names), "--list", world.listed, "--json") == 1
    assert call.statuses() == {
        "known.jpg": "known", "copy.png": "candidate", "other.jpg": "unknown", "note.txt": "unknown",
        "broken.jpg": "unreadable",
    }  # fmt: skip
    known, copy, *_ = call.rows()
    assert list(known) == ["path", "member", "sha256", "status", "reason", "matches"]
    assert {match["kind"]: match["confirmed"] for match in known["matches"]} == {
        "sha256": "sha256",
        "pdq": "sha256",
    }
    (match,) = copy["matches"]
    assert " ".join(match) == (
        "list version entry kind form distance_bits confirmed query_percent target_percent"
    )
    assert (match["list"], match["version"], match["entry"], match["confirmed"]) == (
        "known",
        "3",
        "ent_1",
        None,
    )
    assert match["distance_bits"] <= 31


def test_members_of_an_archive_are_lines_of_their_own(call: Call, world: World) -> None:
    assert call("match", world.files / "inside.zip", "--list", world.listed, "--json") == 1
    assert call.statuses() == {
        "inside.zip!/in/known.jpg": "known", "inside.zip!/in/note.txt": "unknown", "inside.zip": "unknown",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["other.jpg", "note.txt"], 0),
        (["other.jpg", "broken.jpg"], 3),
        (["other.jpg", "missing.jpg"], 3),
        (["missing.jpg", "copy.png"], 1),
    ],
)
def test_the_exit_code_says_what_was_found(call: Call, world: World, names: list[str], code: int) -> None:
    assert call("match", *(world.files / name for name in names), "--list", world.listed) == code


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["FILES/other.jpg"], "--list"),
        (["FILES/other.jpg", "--list", "FILES/no.tlist"], "no.tlist"),
        (["FILES", "--list", "LISTED"], "tutela scan"),
        (["--list", "LISTED"], "FILE"),
    ],
)
def test_a_wrong_call_is_2_and_says_what_is_wrong(
    call: Call, world: World, words: list[str], says: str
) -> None:
    known = {"FILES": str(world.files), "LISTED": str(world.listed)}
    filled = [known.get(word, word.replace("FILES", str(world.files))) for word in words]
    assert call("match", *filled) == 2
    assert says in call.err
    assert call.out == ""


def test_several_lists_of_several_kinds_are_asked_at_once(call: Call, world: World, tmp_path: Path) -> None:
    text = tmp_path / "second.csv"
    text.write_text(f"kind,value\nsha256,{'ab' * 32}\n")
    assert call("match", world.files / "known.jpg", "--list", world.listed, "--list", text, "--json") == 1
    (row,) = call.rows()
    assert {match["list"] for match in row["matches"]} == {"known"}


def test_people_get_status_path_and_reason(call: Call, world: World) -> None:
    assert call("match", world.files / "known.jpg", "--list", world.listed) == 1
    assert call.out.startswith("known       ")
    assert "SHA-256 is equal" in call.out
