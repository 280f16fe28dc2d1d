"""Files against several lists: thresholds of each, dates, caps, known good files, batches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.detect.matching.making import NOW, digest, entry, file, flipped, header, many_entries, pdq, value
from tutela.detect.matching.engine import MatchEngine
from tutela.detect.matching.memory import MemoryList
from tutela.detect.matching.parts import OpenList
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.matching.tlist import open_list, write_list
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Invalid, Refused

DAY_SECONDS = 86_400.0


def known(*entries: ListEntry, **fields: Any) -> MemoryList:
    return MemoryList(header(**fields), entries)


def engine(*lists: MemoryList, **more: Any) -> MatchEngine:
    return MatchEngine(lists, clock=FixedClock(NOW), **more)


PICTURE = value(1)
ENTRY = [entry("a", "sha256", value(2)), entry("a", "md5", value(3, 16)), entry("a", "pdq", PICTURE)]


def test_byte_identical_copy_is_confirmed() -> None:
    decision = engine(known(*ENTRY)).decide(file(digest("sha256", value(2)), pdq(PICTURE)))
    assert (decision.status, decision.confirmed) == ("known", "sha256")
    assert [match.kind for match in decision.matches] == ["sha256", "pdq"]


def test_two_hashes_of_one_entry_are_a_second_hash() -> None:
    decision = engine(known(*ENTRY)).decide(file(digest("md5", value(3, 16)), pdq(flipped(PICTURE, 1))))
    assert (decision.status, decision.confirmed) == ("known", "second_hash")


def test_each_list_has_its_own_distance_in_one_pass() -> None:
    strict = known(entry("s", "pdq", PICTURE), name="strict", distance_bits=5)
    wide = known(entry("w", "pdq", PICTURE), name="wide", distance_bits=40)
    decider = engine(strict, wide)
    for bits, lists in ((5, {"strict", "wide"}), (6, {"wide"}), (40, {"wide"}), (41, set())):
        matches = decider.lookup([pdq(flipped(PICTURE, *range(bits)))])
        assert {match.list for match in matches} == lists
        assert {match.distance_bits for match in matches} <= {bits}


def test_each_list_has_its_own_quality() -> None:
    fussy = known(entry("f", "pdq", PICTURE), name="fussy", quality_min=80)
    plain = known(entry("p", "pdq", PICTURE), name="plain")
    asked = file(pdq(PICTURE, "f0/r0", 79), pdq(value(9), "f1/r0", 100))
    assert [match.list for match in engine(fussy, plain).decide(asked).matches] == ["plain"]
    assert not engine(plain).decide(file(pdq(PICTURE, quality=49))).matches


def test_entries_of_poor_quality_match_nothing() -> None:
    assert not engine(known(entry("p", "pdq", PICTURE, quality=49))).decide(file(pdq(PICTURE))).matches
    assert engine(known(entry("p", "pdq", PICTURE, quality=50))).decide(file(pdq(PICTURE))).matches


def test_the_nearest_form_of_an_entry_is_reported_once() -> None:
    forms = [
        pdq(flipped(PICTURE, *range(bits)), f"f0/{name}") for name, bits in (("r0", 9), ("mx", 2), ("my", 9))
    ]
    (match,) = engine(known(*ENTRY)).decide(file(*forms)).matches
    assert (match.form, match.distance_bits) == ("f0/mx", 2)


def test_an_entry_counts_only_between_its_dates() -> None:
    later = known(
        entry("l", "pdq", PICTURE, valid_from=NOW + timedelta(days=1), valid_to=NOW + timedelta(days=2))
    )
    clock = FixedClock(NOW)
    decider = MatchEngine([later], clock=clock)
    found = []
    for _ in range(3):
        found.append(bool(decider.decide(file(pdq(PICTURE))).matches))
        clock.advance(DAY_SECONDS)
    assert found == [False, True, False]


def test_an_expired_list_is_refused() -> None:
    with pytest.raises(Refused, match="old"):
        engine(known(name="old", valid_to=NOW))


def test_a_list_that_expires_on_the_way_is_named_in_the_reason() -> None:
    clock = FixedClock(NOW)
    decider = MatchEngine([known(*ENTRY, name="short", valid_to=NOW + timedelta(days=1))], clock=clock)
    assert decider.decide(file(pdq(PICTURE))).matches
    clock.advance(DAY_SECONDS)
    decision = decider.decide(file(pdq(PICTURE)))
    assert not decision.matches
    assert "List short has expired" in decision.reason


def test_the_same_version_twice_is_invalid() -> None:
    with pytest.raises(Invalid, match="twice"):
        engine(known(), known())


def test_a_value_listed_many_times_is_capped_and_says_so() -> None:
    crowd = known(*(entry(str(number), "pdq", PICTURE) for number in range(500)))
    decision = engine(crowd, per_print_max=7).decide(file(pdq(PICTURE)))
    assert len(decision.matches) == 7
    assert "More entries matched" in decision.reason
    assert "More entries" not in engine(crowd, per_print_max=500).decide(file(pdq(PICTURE))).reason


def test_a_digest_listed_many_times_is_capped_and_says_so() -> None:
    crowd = known(*(entry(str(number), "md5", value(1, 16)) for number in range(50)))
    decision = engine(crowd, per_print_max=7).decide(file(digest("md5", value(1, 16))))
    assert len(decision.matches) == 7
    assert "More entries matched" in decision.reason


def test_matches_of_a_file_are_capped_and_the_strongest_stay() -> None:
    crowd = known(*(entry(str(number), "pdq", flipped(PICTURE, number)) for number in range(20)), *ENTRY)
    decision = engine(crowd, per_file_max=3).decide(file(pdq(PICTURE), digest("sha256", value(2))))
    assert len(decision.matches) == 3
    assert decision.confirmed == "sha256"
    assert "More entries matched" in decision.reason


@pytest.mark.parametrize("kind", ["pdq", "md5"])
def test_entries_out_of_force_do_not_use_up_the_cap(kind: str) -> None:
    raw = value(1, 32 if kind == "pdq" else 16)
    gone = [entry(str(number), kind, raw, valid_to=NOW) for number in range(100)]
    crowd = known(*gone, entry("valid", kind, raw))
    asked = file(pdq(raw) if kind == "pdq" else digest(kind, raw))
    decision = engine(crowd, per_print_max=3).decide(asked)
    assert [match.entry for match in decision.matches] == ["valid"]


GOOD = [
    entry("os", "sha256", value(20)),
    entry("os", "sha1", value(21, 20)),
    entry("os", "md5", value(22, 16)),
    entry("os", "pdq", value(23)),
    entry("half", "md5", value(24, 16)),
]


@pytest.mark.parametrize(
    ("prints", "good"),
    [
        ([digest("sha256", value(20))], True),
        ([digest("sha1", value(21, 20)), digest("md5", value(22, 16))], True),
        ([digest("md5", value(22, 16))], False),
        ([digest("sha1", value(21, 20))], False),
        ([digest("sha1", value(21, 20)), digest("md5", value(24, 16))], False),
        ([pdq(value(23))], False),
    ],
)
def test_known_good_needs_sha256_or_two_digests_of_one_entry(prints: list[Any], good: bool) -> None:
    decider = engine(known(*GOOD, name="good", known_good=True), known(*ENTRY))
    decision = decider.decide(file(*prints))
    assert decision.known_good is good
    assert decision.status == "unknown"
    assert not decision.matches
    early = decider.known_good([one for one in prints if one.kind != "pdq"])
    assert (early is not None) is good


def test_known_good_ends_the_way_before_pictures_are_compared() -> None:
    decider = engine(known(*GOOD, name="good", known_good=True), known(*ENTRY))
    assert decider.decide(file(digest("sha256", value(20)), pdq(PICTURE))).known_good


def test_a_listed_digest_is_never_waved_through() -> None:
    both = [digest("sha256", value(20)), digest("md5", value(3, 16))]
    decider = engine(known(*GOOD, name="good", known_good=True), known(*ENTRY))
    assert decider.known_good(both) is None
    decision = decider.decide(file(*both))
    assert (decision.status, decision.confirmed) == ("candidate", None)


def test_disputed_known_good_entries_vouch_for_nothing() -> None:
    doubtful = known(entry("os", "sha256", value(20), disputed=True), name="good", known_good=True)
    assert engine(doubtful).known_good([digest("sha256", value(20))]) is None


def test_without_known_good_lists_nothing_ends_early() -> None:
    assert engine(known(*ENTRY)).known_good([digest("sha256", value(2))]) is None


def files_of(entries: Iterable[ListEntry]) -> list[Any]:
    rng = np.random.default_rng(1)
    files = []
    for one in entries:
        if one.kind in ("pdq", "vpdq"):
            frames = [one.value[at : at + 32] for at in range(0, len(one.value), 32)]
            noisy = [flipped(raw, *rng.integers(0, 256, rng.integers(0, 40))) for raw in frames]
            files.append(file(*(pdq(raw, f"f{n}/r0") for n, raw in enumerate(noisy))))
        else:
            files.append(file(digest(one.kind, one.value), pdq(rng.bytes(32))))
    return files


def test_many_files_at_once_are_decided_as_one_by_one(tmp_path: Path) -> None:
    entries = many_entries(8, 400)
    write_list(tmp_path / "a", header("first"), entries[:300])
    lists: list[OpenList] = [open_list(tmp_path / "a"), known(*entries[100:], name="second")]
    decider = MatchEngine(lists, clock=FixedClock(NOW))
    files = files_of(entries)
    together = decider.decide_many(files)
    assert together == [decider.decide(one) for one in files]
    assert {"known", "candidate", "unknown"} <= {decision.status for decision in together}
    assert decider.decide_many([]) == []


def test_no_list_finds_nothing() -> None:
    assert engine().decide(file(pdq(PICTURE))).reason == "Nothing in 0 lists matches."
    assert engine().lists == ()


def test_reasons_hold_no_hash_value() -> None:
    decision = engine(known(*ENTRY)).decide(file(digest("sha256", value(2)), pdq(PICTURE)))
    for raw in (value(2), PICTURE):
        assert raw.hex()[:8] not in decision.reason


def test_what_was_not_compared_is_said_whatever_was_found() -> None:
    clean = file(digest("sha256", value(9)), pdq(value(8)))
    polyglot = replace(clean, facts=replace(clean.facts, ambiguous=("several_frames", "polyglot")))
    decider = engine(known(*ENTRY))
    assert "more than was compared" not in decider.decide(clean).reason
    assert decider.decide(polyglot).reason.endswith("compared: another format in the same bytes.")
