"""The steps of the sizing table do what they say; what they cost is not judged here."""

from __future__ import annotations

from pathlib import Path

import pytest

from proofs.figure import Figure, Progress
from proofs.scale import _kept, record, sized
from proofs.scale_steps import append, ask, build, costing, entries, follow, kinds, memory, merge

COUNT = 40


def test_entries_are_the_same_each_time_and_as_many_as_asked() -> None:
    assert list(entries(COUNT)) == list(entries(COUNT))
    assert len({one.value for one in entries(COUNT)}) == COUNT
    assert len(list(entries(10_007))) == 10_007


def test_a_list_goes_the_way_of_a_service_and_answers(tmp_path: Path) -> None:
    assert append(tmp_path, COUNT)["size_bytes"] > COUNT * 32
    assert follow(tmp_path, COUNT)["seconds"] > 0
    assert merge(tmp_path, COUNT)["cpu_seconds"] >= 0
    asked = ask(tmp_path, COUNT)
    assert asked["entries"] == COUNT
    assert asked["single_per_second"] > 0
    assert asked["batch_per_second"] > 0


def test_a_list_that_was_built_answers_the_same(tmp_path: Path) -> None:
    build(tmp_path, COUNT)
    assert ask(tmp_path, COUNT)["entries"] == COUNT


def test_a_list_without_the_listed_value_is_noticed(tmp_path: Path) -> None:
    build(tmp_path, 0)
    with pytest.raises(RuntimeError, match="not found"):
        ask(tmp_path, COUNT)


def test_every_kind_is_weighed_and_its_file_removed(tmp_path: Path) -> None:
    found = kinds(tmp_path, 600)
    assert found["photodna"] > found["sha256"] > found["md5"] > 16
    assert not list(tmp_path.iterdir())


def test_cost_sees_the_memory_that_a_block_took() -> None:
    with costing() as cost:
        held = bytearray(64 << 20)
        held[::4096] = b"\1" * len(held[::4096])
        for _ in range(200):
            memory()
    del held
    assert cost.row["own_peak_bytes"] > 64 << 20


@pytest.mark.slow
def test_one_size_is_measured_whole_and_leaves_nothing(tmp_path: Path) -> None:
    row = sized(tmp_path / "scale", COUNT)
    assert not (tmp_path / "scale").exists()
    assert set(row) == {"entries", "append", "follow", "merge", "ask", "disk_bytes"}
    figure = Figure(bar="scale", tier="ci", folder=tmp_path)
    record(figure, [row])
    assert figure.passed


def test_a_step_that_was_kept_is_not_taken_again(tmp_path: Path) -> None:
    taken: list[int] = []

    def measure(number: int) -> dict[str, int]:
        taken.append(number)
        return {"number": number}

    for _ in range(2):
        assert _kept(Progress("i9-9", "ci", folder=tmp_path), "a step", measure, 7) == {"number": 7}
    assert taken == [7]
