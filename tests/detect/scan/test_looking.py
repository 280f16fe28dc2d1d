"""Looking at one file: what is known about a content already, and what the sandbox is spared."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.detect.scan.making import answer, examine_all
from tutela.detect.fingerprints.fakes import FakePool
from tutela.detect.fingerprints.files import Fingerprinter
from tutela.detect.fingerprints.shapes import Fingerprint
from tutela.detect.matching.shapes import Decision
from tutela.detect.media.shapes import Ask, Examined
from tutela.detect.scan.findings import NullSink
from tutela.detect.scan.journal import Entry, Journal
from tutela.detect.scan.looking import Finished, FrugalPool, Looked, Looker, shortcut_of
from tutela.detect.scan.shapes import Finding, ScanFile
from tutela.detect.scan.sources import open_sources
from tutela.detect.scan.twins import probe

CONTENT = b"picture of something"
GOOD = Decision(status="unknown", confirmed=None, reason="known good", known_good=True)


@pytest.fixture
def journal() -> Journal:
    return Journal(None)


def _descriptor(content: bytes) -> int:
    fd = os.memfd_create("content")
    os.write(fd, content)
    return fd


def _seen(journal: Journal, content: bytes) -> None:
    fd = _descriptor(content)
    found = Finding(
        path="earlier", member=None, sha256=hashlib.sha256(content).hexdigest(), status="unknown",
        reason="earlier", media_kind="jpeg",
    )  # fmt: skip
    journal.record(Entry(finding=found, probe=probe(fd, len(content))))
    journal.commit(NullSink())
    os.close(fd)


def _examine(frugal: FrugalPool, content: bytes) -> Examined:
    fd = _descriptor(content)
    try:
        return frugal.examine(fd, Ask(), lambda _: None)
    finally:
        os.close(fd)


def test_new_content_goes_to_the_sandbox_and_keeps_its_probe(journal: Journal) -> None:
    pool = FakePool(answer)
    frugal = FrugalPool(pool, journal, None)
    examined = _examine(frugal, CONTENT)
    assert len(pool.asked) == 1
    shortcut = shortcut_of(examined)
    assert shortcut.probe is not None
    assert shortcut.verdict is None


def test_seen_content_is_answered_from_the_journal_with_right_digests(journal: Journal) -> None:
    _seen(journal, CONTENT)
    pool = FakePool(answer)
    frugal = FrugalPool(pool, journal, None)
    examined = _examine(frugal, CONTENT)
    assert not pool.asked
    assert examined.md5 == hashlib.md5(CONTENT).digest()
    assert examined.facts.container == "jpeg"
    verdict = shortcut_of(examined).verdict
    assert verdict is not None
    assert verdict.reason == "earlier"


def test_containers_always_go_through(journal: Journal) -> None:
    archive = b"PK\x03\x04" + b"\0" * 60
    _seen(journal, archive)
    pool = FakePool(answer)
    _examine(FrugalPool(pool, journal, lambda _: GOOD), archive)
    assert len(pool.asked) == 1


def test_a_shortcut_belongs_to_one_answer(journal: Journal) -> None:
    frugal = FrugalPool(FakePool(answer), journal, lambda _: GOOD)
    examined = _examine(frugal, CONTENT)
    assert shortcut_of(examined).decision is GOOD
    assert shortcut_of(replace(examined, note=None)).decision is None


def test_reuse_can_be_switched_off(journal: Journal) -> None:
    _seen(journal, CONTENT)
    pool = FakePool(answer)
    _examine(FrugalPool(pool, journal, None, reuse=False), CONTENT)
    assert len(pool.asked) == 1


class _Names:
    def prints(self, untrusted_name: str) -> tuple[Fingerprint, ...]:
        return (Fingerprint(kind="text", value=untrusted_name.encode().ljust(32, b"\0"), form="name"),)


def _looker(journal: Journal, pool: FakePool, names: _Names | None = None) -> Looker:
    return Looker(pool, Fingerprinter(pool, Ask()), journal, examine_all=examine_all, names=names)


def test_a_file_gives_its_fingerprints_and_then_its_end(journal: Journal, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(CONTENT)
    (file,) = open_sources([str(tmp_path)])
    looked, finished = _looker(journal, FakePool(answer)).look(file)
    assert isinstance(looked, Looked)
    assert looked.prints is not None
    assert any(one.kind == "pdq" for one in looked.prints.prints)
    assert finished == Finished(file=file)


def test_names_are_added_and_forbid_reuse(journal: Journal, tmp_path: Path) -> None:
    _seen(journal, CONTENT)
    (tmp_path / "a.jpg").write_bytes(CONTENT)
    (file,) = open_sources([str(tmp_path)])
    pool = FakePool(answer)
    looked, _ = _looker(journal, pool, _Names()).look(file)
    assert isinstance(looked, Looked)
    assert looked.prints is not None
    assert looked.prints.prints[-1].value.startswith(b"a.jpg")
    assert len(pool.asked) == 1


def test_a_descriptor_is_closed_even_when_reading_fails(journal: Journal) -> None:
    opened: list[int] = []

    def opener() -> int:
        opened.append(os.open("/", os.O_RDONLY))  # reading a folder fails
        return opened[-1]

    looked, _ = _looker(journal, FakePool(answer)).look(ScanFile(path="a", opener=opener))
    assert isinstance(looked, Looked)
    assert looked.trouble
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(opened[0])
