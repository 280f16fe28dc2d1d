from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.prevent.guard.person.discretion import (
    FORBIDDEN,
    Discretion,
    offered,
    parse_discretion,
    render_discretion,
)

NAMES = offered()[0]


def with_one(field: str, value: object) -> Discretion:
    row: dict[str, Any] = asdict(NAMES) | {field: value}
    return Discretion(**row)


def test_names_to_choose_from_are_there_and_tell_nothing() -> None:
    assert len(offered()) >= 3 and len({names.folder for names in offered()}) == len(offered())
    for names in offered():
        said = json.dumps(asdict(names)).lower()
        assert not any(word in said for word in (*FORBIDDEN, "guard", "proxy", "abuse", "block", "filter"))
        assert parse_discretion(render_discretion(names)) == names


@pytest.mark.parametrize(
    "name",
    [
        *("tutela", "My Tutela", "Tu Te La", "TUTELÁ", "ｔｕｔｅｌａ", "mit mproxy"),
        *("a/b", "a\nb", "x", "", "a  b", " a", "a%h"),
    ],
)
def test_a_name_that_tells_or_that_cannot_be_written_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        replace(NAMES, name=name)


@pytest.mark.parametrize("field", ["service", "folder"])
@pytest.mark.parametrize(
    "value",
    [
        "tutela",
        "tu-te-la",
        "a b",
        "A",
        "a/b",
        "..",
        ".a",
        "a--b",
        "-a",
        "a-",
        "a%i",
        "a@b",
        "é",
        "x" * 41,
        "systemd",
        "a.b",
        "$HOME",
        "1a",
    ],
)
def test_a_service_and_a_folder_have_plain_names(field: str, value: str) -> None:
    with pytest.raises(ValueError, match=field):
        with_one(field, value)


@pytest.mark.parametrize("value", ["a,O=b", "a=b", "Tutela CA", "a+b", "a;b", "é é", "a/b", " a", "a" * 61])
def test_a_subject_is_plain_letters(value: str) -> None:
    with pytest.raises(ValueError, match="subject"):
        replace(NAMES, subject=value)


def test_an_icon_is_one_of_those_that_are_there() -> None:
    with pytest.raises(ValueError, match="icon"):
        replace(NAMES, icon="shield")  # type: ignore[arg-type]  # the wrong one is what is tried


def test_letters_of_every_language_can_be_shown() -> None:
    assert replace(NAMES, name="Página calma 2").name == "Página calma 2"


@given(st.text(max_size=45), st.sampled_from(["service", "folder", "subject"]))
def test_no_name_that_passes_breaks_a_path_or_a_unit(value: str, field: str) -> None:
    try:
        with_one(field, value)
    except ValueError:
        return
    assert value.isascii() and value.isprintable() and not set(value) & set("/\\%$\"';=:@.,")


@pytest.mark.parametrize("change", [{"more": 1}, {"name": 3}, {"format": 2}, {"service": None}])
def test_another_file_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        parse_discretion(json.dumps(json.loads(render_discretion(NAMES)) | change))
    with pytest.raises(ValueError):
        parse_discretion("[]")


def test_every_name_is_a_word_to_search_for() -> None:
    assert NAMES.words == ("Quiet Pages", "quiet-pages", "Quiet Pages Local")
