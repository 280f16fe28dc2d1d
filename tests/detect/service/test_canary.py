"""Canaries name the recipient of a leaked list, look like entries and match nothing."""

from __future__ import annotations

import random
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pictures import landscape
from tutela.detect.service.canary import KEY_FILE, KINDS, PER_KIND, Canaries, open_key, recipients_of
from tutela.kernel.errors import Unavailable

CANARIES = Canaries(key=bytes(range(32)))
NAMES = [f"platform-{number}" for number in range(40)]
LISTS = ["csam", "own"]
NAMED = CANARIES.named(NAMES, LISTS)


def dump_of(recipient: str, draw: random.Random, entries: int = 200) -> list[bytes]:
    """A list as the recipient got it: entries of everybody, its own canaries, in some order."""
    values = [draw.randbytes(32) for _ in range(entries)] + [draw.randbytes(16) for _ in range(entries)]
    values += [value for kind in KINDS for value in CANARIES.values(recipient, "own", kind)]
    draw.shuffle(values)
    return values


@pytest.mark.slow
def test_a_leaked_dump_names_its_recipient_in_all_of_1000_trials() -> None:
    """The drill of the threat model, ST-17."""
    draw = random.Random(7)
    for _ in range(1000):
        recipient = draw.choice(NAMES)
        assert [*recipients_of(dump_of(recipient, draw, entries=20), NAMED)] == [recipient]


def test_a_tenth_of_a_dump_mostly_suffices() -> None:
    draw, named = random.Random(8), 0
    for _ in range(200):
        recipient = draw.choice(NAMES)
        whole = dump_of(recipient, draw)
        named += [*recipients_of(draw.sample(whole, len(whole) // 10), NAMED)] == [recipient]
    assert named >= 185  # 1 - 0.9**32 = 97 %; 185 of 200 leaves room for chance


def test_a_dump_without_canaries_names_nobody() -> None:
    assert recipients_of([random.Random(1).randbytes(32)], NAMED) == {}


def test_two_dumps_put_together_are_not_blamed_on_one() -> None:
    both = [*CANARIES.values("platform-1", "own", "pdq"), *CANARIES.values("platform-2", "own", "md5")]
    both.append(CANARIES.values("platform-2", "csam", "md5")[0])
    assert [*recipients_of(both * 2, NAMED).items()] == [
        ("platform-2", {"csam": 1, "own": 16}),
        ("platform-1", {"own": 16}),
    ]


def test_another_key_recognises_nothing() -> None:
    foreign = Canaries(key=bytes(32)).values("platform-1", "own", "pdq")
    assert recipients_of(foreign, NAMED) == {}


@given(st.text(max_size=20), st.text(max_size=20), st.sampled_from(KINDS))
def test_canaries_look_like_values_of_their_kind(recipient: str, name: str, kind: str) -> None:
    values = CANARIES.values(recipient, name, kind)
    assert len(set(values)) == PER_KIND
    if kind == "pdq":
        assert {int.from_bytes(value).bit_count() for value in values} == {128}
    assert {len(value) for value in values} == {32 if kind == "pdq" else 16}


@given(st.tuples(*[st.text(max_size=4)] * 2), st.tuples(*[st.text(max_size=4)] * 2))
def test_names_are_kept_apart(one: tuple[str, str], other: tuple[str, str]) -> None:
    same = CANARIES.values(*one, "md5") == CANARIES.values(*other, "md5")
    assert same == (one == other)
    assert (CANARIES.order_key(one[0]) == CANARIES.order_key(other[0])) == (one[0] == other[0])


@pytest.mark.needs("pdqhash")
def test_canaries_are_far_from_pictures_and_from_each_other() -> None:
    from proofs.reference import upright_hash

    pictures = [upright_hash(np.asarray(landscape(seed, 160, 120)))[0] for seed in range(20)]
    canaries = [value for value in NAMED if len(value) == 32][:400]
    numbers = [int.from_bytes(value) for value in (*pictures, *canaries)]
    nearest = min(
        (one ^ other).bit_count() for at, one in enumerate(numbers) for other in numbers[at + 1 :][-400:]
    )
    assert {number.bit_count() for number in numbers} == {128}
    assert nearest > 64


def test_the_key_is_drawn_once_and_kept(tmp_path: Path) -> None:
    first = open_key(tmp_path)
    assert open_key(tmp_path) == first
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


def test_processes_that_start_together_get_one_key(tmp_path: Path) -> None:
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(open_key(tmp_path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8 and len(set(found)) == 1


def test_a_damaged_key_and_a_missing_folder_are_said(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_bytes(b"short")
    with pytest.raises(Unavailable, match=r"feed\.key is damaged"):
        open_key(tmp_path)
    with pytest.raises(Unavailable, match="cannot be read"):
        open_key(tmp_path / "nowhere")


def test_a_short_key_is_no_key() -> None:
    with pytest.raises(ValueError, match="32 bytes, not 3"):
        Canaries(key=b"abc")


def test_the_key_is_not_shown() -> None:
    assert repr(CANARIES) == "Canaries()"
