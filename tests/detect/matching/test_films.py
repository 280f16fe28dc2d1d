"""vPDQ: both percentages, thresholds on both sides, orientations, sets of distinct frames."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.detect.matching.making import digest, entry, file, flipped, header, pdq, value
from tutela.arithmetic import words
from tutela.detect.fingerprints.shapes import FileFingerprints
from tutela.detect.matching.engine import MatchEngine
from tutela.detect.matching.films import FrameHits, distinct_count, film_matches, orientation_of
from tutela.detect.matching.memory import MemoryList, MemoryPart
from tutela.detect.matching.shapes import Match, Thresholds

FRAMES = [value(number) for number in range(10)]
CLIP = b"".join(FRAMES)


def film(*frames: bytes, orientation: str = "r0", quality: int = 100) -> FileFingerprints:
    prints = (pdq(raw, f"t{number}.000/{orientation}", quality) for number, raw in enumerate(frames))
    return file(*prints, film=True)


def matched(seen: FileFingerprints, **limits: Any) -> tuple[Match, ...]:
    known = MemoryList(header(**limits), [entry("clip", "vpdq", CLIP)])
    return MatchEngine([known]).decide(seen).matches


def test_a_whole_film_is_found_with_both_percentages() -> None:
    (match,) = matched(film(*FRAMES))
    assert (match.kind, match.entry, match.distance_bits) == ("vpdq", "clip", 0)
    assert (match.query_percent, match.target_percent) == (100.0, 100.0)


def test_a_known_clip_inside_a_longer_upload_is_found() -> None:
    (match,) = matched(film(*(value(number) for number in range(100, 190)), *FRAMES))
    assert (match.query_percent, match.target_percent) == (10.0, 100.0)
    assert match.form == "t90.000/r0"


@pytest.mark.parametrize(("count", "found"), [(7, False), (8, True)])
def test_the_share_of_the_listed_film_decides_at_the_threshold(count: int, found: bool) -> None:
    assert bool(matched(film(*FRAMES[:count]))) is found


def test_the_share_of_the_file_decides_where_the_list_asks_for_it() -> None:
    upload = film(*FRAMES, *(value(number) for number in range(100, 110)))
    assert matched(upload, film_query_percent=50.0)
    assert not matched(upload, film_query_percent=50.1)


@pytest.mark.parametrize(("bits", "found"), [(31, True), (32, False)])
def test_a_frame_counts_up_to_and_at_31_bits(bits: int, found: bool) -> None:
    assert bool(matched(film(*(flipped(raw, *range(bits)) for raw in FRAMES)))) is found


def test_repeated_frames_count_once() -> None:
    still = film(*[FRAMES[0]] * 50, *FRAMES[1:8], value(100), value(101))
    (match,) = matched(still)
    assert (match.query_percent, match.target_percent) == (80.0, 80.0)


def test_repeated_frames_of_the_listed_film_count_once() -> None:
    listed = MemoryList(header(), [entry("clip", "vpdq", FRAMES[0] * 90 + CLIP)])
    (match,) = MatchEngine([listed]).decide(film(*FRAMES[:8])).matches
    assert match.target_percent == 80.0


def test_frames_of_poor_quality_are_not_frames() -> None:
    assert not matched(film(*FRAMES, quality=49))
    assert not matched(file(digest("md5", value(1, 16)), film=True))


def test_a_mirrored_film_is_found_by_its_own_orientation() -> None:
    upright = [value(number) for number in range(200, 210)]
    both = (
        *(pdq(raw, f"t{number}.000/r0") for number, raw in enumerate(upright)),
        *(pdq(raw, f"t{number}.000/mx") for number, raw in enumerate(FRAMES)),
    )
    (match,) = matched(file(*both, film=True))
    assert (match.query_percent, match.target_percent, match.form) == (100.0, 100.0, "t0.000/mx")


def test_frames_of_different_orientations_do_not_add_up() -> None:
    mixed = [pdq(raw, f"t{n}.000/{'mx' if n % 2 else 'r0'}") for n, raw in enumerate(FRAMES)]
    assert not matched(file(*mixed, film=True))


def test_an_animation_is_a_film_and_one_still_is_not() -> None:
    frames = [pdq(raw, f"f{number}/r0/white") for number, raw in enumerate(FRAMES)]
    assert matched(file(*frames))
    assert not matched(file(frames[3]))


def test_a_film_of_one_picture_is_found_by_that_picture() -> None:
    listed = MemoryList(header(), [entry("still", "vpdq", FRAMES[0] * 30)])
    assert MatchEngine([listed]).decide(file(pdq(FRAMES[0]))).matches


def test_a_listed_picture_shown_in_a_film_is_a_candidate() -> None:
    listed = MemoryList(header(), [entry("picture", "pdq", FRAMES[4])])
    decision = MatchEngine([listed]).decide(film(*FRAMES))
    assert decision.status == "candidate"
    assert [(match.kind, match.form) for match in decision.matches] == [("pdq", "t4.000/r0")]


def test_no_frames_at_all_match_nothing() -> None:
    part = MemoryPart(50)
    part.add(entry("clip", "vpdq", CLIP))
    nothing = FrameHits(prints=np.empty(0, np.int64), frames=np.empty(0, "<u4"), distance=np.empty(0, "<u2"))
    assert film_matches(part, np.empty((0, 4), "<u8"), [], nothing, Thresholds()) == []


def test_helpers_say_what_they_promise() -> None:
    assert orientation_of("t3.000/mx") == "mx"
    assert orientation_of("f0/r0/white") == "r0/white"
    assert distinct_count(words(FRAMES[0] * 3 + FRAMES[1])) == 2


def test_the_better_orientation_is_the_one_reported() -> None:
    half = [pdq(raw, f"t{n}.000/r0") for n, raw in enumerate(FRAMES[:8])]
    whole = [pdq(raw, f"t{n}.000/mx") for n, raw in enumerate(FRAMES)]
    for prints in ((*half, *whole), (*whole, *half)):
        (match,) = matched(file(*prints, film=True))
        assert (match.target_percent, match.form) == (100.0, "t0.000/mx")
