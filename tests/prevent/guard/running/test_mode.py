from __future__ import annotations

from pathlib import Path

import pytest

from tests.prevent.guard.running.homes import make_home
from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.person.choices import DAMAGED, Choices
from tutela.prevent.guard.person.device_time import FixedDeviceClock
from tutela.prevent.guard.person.folder import POLICY, Folder
from tutela.prevent.guard.person.policy import Policy
from tutela.prevent.guard.person.stopping import start_again, stop
from tutela.prevent.guard.running.mode import Following


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return make_home(tmp_path, Policy(delay_hours=1), lists=False)[0]


@pytest.fixture
def clock() -> FixedDeviceClock:
    return FixedDeviceClock()


def test_the_emergency_stop_is_seen_at_the_next_look_and_ends_when_it_is_started_again(
    folder: Folder, clock: FixedDeviceClock
) -> None:
    following = Following(folder, clock)
    assert following.look().mode == "on"
    stop(folder, clock.read())
    assert following.look().mode == "stopped"
    start_again(folder)
    assert following.look().mode == "on"


def test_the_emergency_stop_is_seen_where_the_choices_cannot_be_read(
    folder: Folder, clock: FixedDeviceClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_self: object) -> None:
        raise Unavailable("the disk fails")

    following = Following(folder, clock)
    monkeypatch.setattr(Choices, "look", failing)
    stop(folder, clock.read())
    assert following.look().mode == "stopped"


def test_the_emergency_stop_does_not_end_with_the_folder(folder: Folder, clock: FixedDeviceClock) -> None:
    following = Following(folder, clock)
    stop(folder, clock.read())
    assert following.look().mode == "stopped"
    folder.clear()
    assert following.look().mode == "stopped"


def test_a_stop_of_an_earlier_boot_is_none(folder: Folder, clock: FixedDeviceClock) -> None:
    stop(folder, clock.read())
    clock.restart(off_seconds=5)
    assert Following(folder, clock).look().mode == "on"


def test_a_pause_is_seen_and_ends_by_itself(folder: Folder, clock: FixedDeviceClock) -> None:
    following, choices = Following(folder, clock), Choices(folder, clock)
    choices.ask_pause(15)
    clock.run(3600)
    choices.start_pause()
    assert following.look().mode == "paused"
    clock.run(15 * 60 - 1)
    assert following.look().mode == "paused"
    clock.run(1)
    assert following.look().mode == "on"


def test_a_wish_that_has_waited_holds_after_the_next_count(folder: Folder, clock: FixedDeviceClock) -> None:
    following = Following(folder, clock)
    Choices(folder, clock).ask(Policy(delay_hours=1, known_lists=False))
    assert following.look().policy.known_lists
    clock.run(3600)
    following.count()
    assert not following.look().policy.known_lists


def test_looking_writes_nothing_and_counting_only_where_a_wish_waits(
    folder: Folder, clock: FixedDeviceClock
) -> None:
    def files() -> dict[str, tuple[bytes, int]]:
        return {one.name: (one.read_bytes(), one.stat().st_mtime_ns) for one in folder.path.iterdir()}

    before = files()
    following = Following(folder, clock)
    for _ in range(3):
        clock.run(60)
        following.look()
        following.count()
    assert files() == before
    Choices(folder, clock).ask_leaving()
    waiting = files()
    clock.run(60)
    following.look()
    assert files() == waiting
    following.count()
    assert files() != waiting


def test_a_damaged_policy_is_strict_and_one_that_cannot_be_read_leaves_what_held(
    folder: Folder, clock: FixedDeviceClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    following = Following(folder, clock)
    folder.write(POLICY, b"{")
    assert following.look().policy == DAMAGED

    def failing(_self: object, _name: str) -> bytes:
        raise Unavailable("the disk fails")

    monkeypatch.setattr(Folder, "read", failing)
    (folder.path / POLICY).touch()
    assert following.look().policy == DAMAGED
