"""Decisions in the words of the cases: what is kept, what is confirmed, what is approved."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.detect.matching.making import header
from tutela.detect.fingerprints.shapes import FileFingerprints, Fingerprint
from tutela.detect.matching.shapes import Decision, ListEntry, ListHeader, Match
from tutela.detect.matching.tlist import write_list
from tutela.detect.media.shapes import Ask, MediaFacts, Trouble
from tutela.detect.scan.lists import open_lists
from tutela.hotline.cases.file_looker import PRINTS_MAX, FileLooker, looked_of


def a_file(*prints: Fingerprint) -> FileFingerprints:
    return FileFingerprints(member=None, size_bytes=1, facts=MediaFacts(), trouble=None, prints=prints)


def a_match(kind: str, *, version: str = "1", form: str = "file") -> Match:
    return Match(list="l", version=version, entry="e", kind=kind, form=form, distance_bits=None)


def a_list(*, approved: bool) -> Any:
    head = ListHeader(name="l", version="1", created=datetime(2026, 1, 1, tzinfo=UTC), approved=approved)
    return SimpleNamespace(header=head, version="1")


SHA256 = Fingerprint(kind="sha256", value=b"s" * 32)
MD5 = Fingerprint(kind="md5", value=b"m" * 16)


def decided(*matches: Match, known_good: bool = False) -> Decision:
    return Decision(status="known", confirmed=None, reason="", matches=matches, known_good=known_good)


@pytest.mark.parametrize("approved", [True, False])
def test_a_sha256_confirms_and_the_list_approves(approved: bool) -> None:
    looked = looked_of(a_file(SHA256, MD5), decided(a_match("sha256")), [a_list(approved=approved)])
    (found,) = looked.found
    assert (found.met.confirmed, found.met.status) == ("sha256", "known")
    assert (found.met.approved, found.met.votes) == (approved, int(approved))
    assert [one.kind for one in looked.prints] == ["sha256", "md5"]
    assert looked.prints[0].value == "73" * 32


def test_an_md5_alone_is_a_candidate_and_another_version_approves_nothing() -> None:
    looked = looked_of(a_file(MD5), decided(a_match("md5", version="2")), [a_list(approved=True)])
    (found,) = looked.found
    assert (found.met.confirmed, found.met.status, found.met.approved) == ("", "candidate", False)
    assert looked.is_matched


def test_a_known_good_file_is_no_match() -> None:
    assert not looked_of(a_file(SHA256), decided(a_match("sha256"), known_good=True), []).is_matched


def test_of_many_fingerprints_the_first_are_kept_and_each_that_met() -> None:
    forms = [
        Fingerprint(kind="pdq", value=bytes(32), form=f"t{n}.000/r0", quality=90)
        for n in range(PRINTS_MAX + 9)
    ]
    last = forms[-1]
    film = Fingerprint(kind="vpdq", value=bytes(32 * 500), form="film")
    looked = looked_of(a_file(film, *forms), decided(a_match("pdq", form=last.form)), [])
    assert len(looked.prints) == PRINTS_MAX + 1
    assert looked.prints[-1].form == last.form
    assert "vpdq" not in {one.kind for one in looked.prints}


@pytest.mark.parametrize(
    ("trouble", "more", "word", "opened"),
    [
        (None, (), "", True),
        (Trouble(kind="unreadable", reason="broken"), (), "unreadable", False),
        (Trouble(kind="refused", reason="pixels"), (), "over_limit", False),
        (Trouble(kind="not_media", reason="other"), (), "not_media", False),
        (
            Trouble(kind="unreadable", reason="cut"),
            (Fingerprint(kind="pdq", value=b"p" * 32),),
            "damaged",
            True,
        ),
    ],
)
def test_what_could_not_be_shown_has_a_word(
    trouble: Trouble | None, more: tuple[Fingerprint, ...], word: str, opened: bool
) -> None:
    looked = looked_of(replace(a_file(SHA256, *more), trouble=trouble), decided(), [])
    assert (looked.trouble, looked.is_opened) == (word, opened)


def test_pictures_inside_a_page_are_compared_by_their_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.tlist"
    known, other = b"k" * 32, b"o" * 32
    write_list(path, header("declared", approved=True), [ListEntry(entry="e", kind="sha256", value=known)])
    looker = FileLooker(None, Ask(), lambda: open_lists([path]))  # type: ignore[arg-type]  # no file is opened
    looked = looker.look_inline([other, known])
    assert [(one.kind, one.form, one.met.confirmed, one.met.approved) for one in looked.found] == [
        ("sha256", "inline1", "sha256", True)
    ]
    assert [one.value for one in looked.prints] == [known.hex()]
    assert not looker.look_inline([other, other]).is_matched
