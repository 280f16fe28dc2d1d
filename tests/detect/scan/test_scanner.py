"""A scan over fakes: every file one finding, decided in batches, nothing twice, resumable."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.detect.scan.making import KNOWN, Bench, folder_of
from tutela.detect.fingerprints.files import Sink
from tutela.detect.fingerprints.shapes import FileFingerprints
from tutela.detect.matching.shapes import Decision, Match
from tutela.detect.media.everything import Pool
from tutela.detect.media.shapes import Ask, Examined, MediaFacts
from tutela.detect.scan.engines import Engine, SerialEngine, ThreadEngine
from tutela.detect.scan.findings import FindingsFile
from tutela.detect.scan.journal import Journal
from tutela.detect.scan.looking import Looked, Shortcut
from tutela.detect.scan.scanner import FILES_PER_LOOKUP, finding_of, found_matches
from tutela.detect.scan.shapes import ScanFile
from tutela.detect.scan.sources import open_sources
from tutela.detect.scan.totals import tally

CONTENTS = [
    ("a.jpg", KNOWN),
    ("b.jpg", b"picture: other"),
    ("c.jpg", b"broken"),
    ("d.txt", b"words"),
    ("e", b""),
]


def _statuses(lines: list[str]) -> dict[str, str]:
    found = [json.loads(line) for line in lines]
    return {os.path.basename(one["path"]): one["status"] for one in found}


@pytest.mark.parametrize("engine", [SerialEngine(), ThreadEngine(workers=3)], ids=["serial", "threads"])
def test_every_file_gets_one_finding_whatever_the_engine(tmp_path: Path, engine: Engine) -> None:
    bench = Bench(journal=Journal(None), engine=engine)
    outcome = bench.scanner().run(open_sources([str(folder_of(tmp_path, CONTENTS))]))
    assert _statuses(bench.lines) == {
        "a.jpg": "known", "b.jpg": "unknown", "c.jpg": "unreadable", "d.txt": "unknown", "e": "unknown",
    }  # fmt: skip
    assert outcome.files == 5
    assert tally(bench.journal).by_status == {"known": 1, "unknown": 3, "unreadable": 1}


def test_the_machine_readable_shape_is_kept(tmp_path: Path) -> None:
    bench = Bench(journal=Journal(None))
    bench.scanner().run(open_sources([str(folder_of(tmp_path, [("a.jpg", KNOWN)]))]))
    (line,) = bench.lines
    found = json.loads(line)
    assert list(found) == ["path", "member", "sha256", "status", "reason", "matches"]
    assert found["member"] is None
    assert found["matches"] == [
        {
            "list": "demo", "version": "1", "entry": "e1", "kind": "sha256", "form": "file",
            "distance_bits": None, "confirmed": "sha256", "query_percent": None, "target_percent": None,
        }
    ]  # fmt: skip


def test_files_are_looked_up_in_batches(tmp_path: Path) -> None:
    contents = [(f"{n:03}.jpg", b"picture %d" % n) for n in range(FILES_PER_LOOKUP + 5)]
    bench = Bench(journal=Journal(None))
    bench.scanner().run(open_sources([str(folder_of(tmp_path, contents))]))
    assert sum(bench.decider.batches) == len(contents)
    assert max(bench.decider.batches) > 1


def test_equal_content_is_examined_once_and_found_in_every_place(tmp_path: Path) -> None:
    contents = [(f"{n}.jpg", KNOWN) for n in range(3)] + [("other.jpg", b"picture: unlike")]
    bench = Bench(journal=Journal(None))
    scanner = bench.scanner()
    scanner.run(open_sources([str(folder_of(tmp_path, contents[:1]))]))
    asked_once = len(bench.pool.asked)
    scanner.run(open_sources([str(folder_of(tmp_path, contents))]))
    assert len(bench.pool.asked) == asked_once + 1
    found = [json.loads(line) for line in bench.lines]
    assert sorted(one["status"] for one in found) == ["known"] * 3 + ["unknown"]
    assert all(one["matches"] for one in found if one["status"] == "known")


def test_hard_links_are_not_even_read_again(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, [("a.jpg", KNOWN)])
    os.link(folder / "a.jpg", folder / "b.jpg")
    bench = Bench(journal=Journal(None))
    scanner = bench.scanner()
    scanner.run(open_sources([str(folder / "a.jpg")]))
    scanner.run(open_sources([str(folder / "b.jpg")]))
    assert len(bench.pool.asked) == 1
    assert _statuses(bench.lines) == {"a.jpg": "known", "b.jpg": "known"}


def test_a_changed_file_with_the_same_middle_is_no_twin(tmp_path: Path) -> None:
    middle = b"\0" * 20_000
    contents = [("a.jpg", b"picture A" + middle), ("b.jpg", b"picture B" + middle)]
    bench = Bench(journal=Journal(None))
    scanner = bench.scanner()
    folder = folder_of(tmp_path, contents)
    for name, _ in contents:
        scanner.run(open_sources([str(folder / name)]))
    assert len(bench.pool.asked) == 2


def test_known_good_content_ends_early(tmp_path: Path) -> None:
    good = Decision(status="unknown", confirmed=None, reason="known good", known_good=True)
    bench = Bench(journal=Journal(None), known_good=lambda prints: good if len(prints) == 3 else None)
    bench.scanner().run(open_sources([str(folder_of(tmp_path, [("a.jpg", b"picture: system")]))]))
    assert not bench.pool.asked
    assert json.loads(bench.lines[0])["reason"] == "known good"


def test_a_finished_scan_finds_nothing_to_do(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "files", CONTENTS)
    for _ in range(2):
        with Journal(tmp_path / "journal.sqlite") as journal:
            bench = Bench(journal=journal)
            sink = FindingsFile(tmp_path / "findings.jsonl", keep_bytes=journal.findings_bytes)
            outcome = bench.scanner(sink).run(open_sources([str(folder)]))
            sink.close()
    assert outcome.files == 0
    assert not bench.pool.asked
    assert len((tmp_path / "findings.jsonl").read_text().splitlines()) == len(CONTENTS)


class _Killed(BaseException):
    """Stands for the end of the process: nothing is cleaned up after it."""


@pytest.mark.parametrize("killed_after", range(1, 12))
def test_a_scan_broken_off_anywhere_and_taken_up_equals_an_undisturbed_one(
    tmp_path: Path, killed_after: int
) -> None:
    contents = [(f"{n:02}.jpg", b"picture %d" % n) for n in range(12)]
    folder = folder_of(tmp_path / "files", contents)

    def breaking_off(files: Iterator[ScanFile]) -> Iterator[ScanFile]:
        for number, file in enumerate(files):
            if number == killed_after:
                raise _Killed
            yield file

    for source in (breaking_off, iter):
        with Journal(tmp_path / "journal.sqlite") as journal:
            sink = FindingsFile(tmp_path / "findings.jsonl", keep_bytes=journal.findings_bytes)
            try:
                Bench(journal=journal).scanner(sink).run(source(open_sources([str(folder)])))
            except _Killed:
                os.write(sink._fd, b'{"path": "half a li')
            sink.close()
    lines = (tmp_path / "findings.jsonl").read_text().splitlines()
    assert sorted(_statuses(lines)) == [name for name, _ in contents]
    assert len(lines) == len(contents)


def test_members_that_were_done_are_skipped_when_a_container_is_taken_up(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "files", [("a.zip", b"zip")])
    members = ["1.jpg", "inner.zip!/2.jpg", "inner.zip", "3.jpg"]
    looked_at: list[list[str]] = []

    def walk_all(
        pool: Pool,
        fd: int,
        ask: Ask,
        *,
        name: str,
        sink_for: Callable[[str | None], Sink],
        skip: Callable[[str], bool],
        segments: Sequence[int] = (),
        at_once: int = 1,
    ) -> Iterator[Examined]:
        looked_at.append([])
        for number, member in enumerate(members):
            if skip(member):
                continue
            if len(looked_at) == 1 and number == 3:
                raise _Killed
            looked_at[-1].append(member)
            kind = "zip" if member.endswith(".zip") else "jpeg"
            examined = pool.examine(fd, ask, sink_for(member))
            yield replace(examined, member=member, facts=MediaFacts(container=kind), trouble=None)
        yield replace(pool.examine(fd, ask, sink_for(None)), facts=MediaFacts(container="zip"), trouble=None)

    for _ in range(2):
        with Journal(tmp_path / "journal.sqlite") as journal:
            sink = FindingsFile(tmp_path / "findings.jsonl", keep_bytes=journal.findings_bytes)
            scanner = Bench(journal=journal).scanner(sink, walk_all=walk_all)
            with contextlib.suppress(_Killed):
                scanner.run(open_sources([str(folder)]))
            sink.close()
    assert looked_at == [members[:3], ["3.jpg"]]
    found = [json.loads(line)["member"] for line in (tmp_path / "findings.jsonl").read_text().splitlines()]
    assert sorted(found, key=str) == sorted([None, *members], key=str)


def test_a_deleted_entry_of_a_disk_image_says_so(tmp_path: Path) -> None:
    def walk_all(
        pool: Pool,
        fd: int,
        ask: Ask,
        *,
        name: str,
        sink_for: Callable[[str | None], Sink],
        skip: Callable[[str], bool],
        segments: Sequence[int] = (),
        at_once: int = 1,
    ) -> Iterator[Examined]:
        yield replace(pool.examine(fd, ask, sink_for("x")), member="x", deleted=True)

    bench = Bench(journal=Journal(None))
    bench.scanner(walk_all=walk_all).run(open_sources([str(folder_of(tmp_path, [("a.img", KNOWN)]))]))
    (line,) = bench.lines
    assert json.loads(line)["reason"].endswith("This is a deleted entry of the disk image.")


def test_a_file_that_cannot_be_opened_is_one_finding(tmp_path: Path) -> None:
    bench = Bench(journal=Journal(None))
    bench.scanner().run(open_sources([str(tmp_path / "not there")]))
    (line,) = bench.lines
    found = json.loads(line)
    assert (found["status"], found["reason"], found["sha256"]) == (
        "unreadable",
        "vanished before it was read",
        None,
    )


def test_a_file_that_vanishes_between_listing_and_opening_is_one_finding(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, [("a.jpg", b"picture")])
    (file,) = open_sources([str(folder)])
    (folder / "a.jpg").unlink()
    bench = Bench(journal=Journal(None))
    bench.scanner().run(iter([file]))
    assert json.loads(bench.lines[0])["reason"] == "vanished before it was read"


def test_only_matches_of_confirmed_entries_say_confirmed() -> None:
    def match(entry: str, kind: str) -> Match:
        return Match(list="l", version="1", entry=entry, kind=kind, form="file", distance_bits=None)

    decision = Decision(
        status="known", confirmed="second_hash", reason="",
        matches=(match("a", "md5"), match("a", "pdq"), match("b", "pdq")),
    )  # fmt: skip
    assert [m.confirmed for m in found_matches(decision)] == ["second_hash", "second_hash", None]


def test_a_readable_file_without_a_decision_is_a_fault() -> None:
    prints = FileFingerprints(member=None, size_bytes=0, facts=MediaFacts(), trouble=None, prints=())
    with pytest.raises(ValueError, match="decision"):
        finding_of(Looked(file=ScanFile(path="a"), prints=prints, shortcut=Shortcut()), None)


@pytest.mark.parametrize("frozen_before", [False, True])
def test_the_collector_is_left_as_it_was_found(tmp_path: Path, *, frozen_before: bool) -> None:
    code = (
        "import gc, sys; from pathlib import Path; from tests.detect.scan.making import Bench, folder_of\n"
        "from tutela.detect.scan.journal import Journal\n"
        "from tutela.detect.scan.sources import open_sources\n"
        f"gc.freeze() if {frozen_before} else gc.unfreeze()\n"
        "usual, kept = gc.get_threshold(), gc.get_freeze_count()\n"
        f"folder = folder_of(Path({str(tmp_path)!r}), [('a.jpg', b'x')])\n"
        "Bench(journal=Journal(None)).scanner().run(open_sources([str(folder)]))\n"
        "print(gc.get_threshold() == usual, gc.get_freeze_count() >= kept > 0, gc.get_freeze_count() == 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["True", str(frozen_before), str(not frozen_before)]
