"""The whole guard in one process: a site behind it, and what the person does to its folder meanwhile."""

from __future__ import annotations

import gc
import socket
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from tests.pictures import png
from tests.prevent.guard.proxy.origin import Answer, Site, get, serving
from tests.prevent.guard.running.homes import CLOCK, KNOWN, OTHER, PASSPHRASE, make_home
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Conflict, Refused, Unavailable
from tutela.prevent.guard.carriers import blanks
from tutela.prevent.guard.classes.charts import chart
from tutela.prevent.guard.classes.chosen import render_classes
from tutela.prevent.guard.lists.installed import kept_lists
from tutela.prevent.guard.person import folder as person_folder
from tutela.prevent.guard.person.choices import Choices
from tutela.prevent.guard.person.counters import read_counts
from tutela.prevent.guard.person.device_time import FixedDeviceClock
from tutela.prevent.guard.person.folder import (
    CLASSES,
    COUNTS,
    FINISHED,
    KEYS,
    PAGE_PORT,
    POLICY,
    WHOLE_DEVICE,
    Folder,
)
from tutela.prevent.guard.person.policy import Policy, render_policy
from tutela.prevent.guard.person.sealing import read_keys
from tutela.prevent.guard.person.stopping import start_again, stop, tell_start
from tutela.prevent.guard.person.words import words_for
from tutela.prevent.guard.proxy.accounts import OwnAccount
from tutela.prevent.guard.proxy.policy import Policy as NetworkPolicy
from tutela.prevent.guard.running import guard as module
from tutela.prevent.guard.running.guard import RunningGuard, Start
from tutela.prevent.guard.running.page_side import PageSide
from tutela.prevent.guard.system.ports import page_port_of
from tutela.prevent.guard.system.programs import FakePrograms

pytestmark = pytest.mark.slow
SECONDS_MAX = 20.0


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.05)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return make_home(tmp_path, Policy(delay_hours=0))[0]


@pytest.fixture
def device_clock() -> FixedDeviceClock:
    return FixedDeviceClock()


@pytest.fixture
def start(folder: Folder, device_clock: FixedDeviceClock) -> Start:
    return Start(
        folder=folder,
        programs=FakePrograms(),
        clock=FixedClock(CLOCK.now()),
        device_clock=device_clock,
        lockdown_required=False,
    )


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(Site()) as one:
        one.answers |= {"/known": Answer(KNOWN, "image/jpeg"), "/other": Answer(OTHER, "image/png")}
        yield one


def comes(guard: RunningGuard, site: Site, path: str) -> bytes:
    return get(guard.port, f"http://127.0.0.1:{site.port}{path}").body


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS_MAX
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def counts(folder: Folder) -> int:
    private = read_keys(folder.read(KEYS) or b"").open(PASSPHRASE)
    return sum(sum(day.counts.values()) for day in read_counts(folder, private))


def test_a_known_picture_is_held_others_pass_and_the_block_is_counted(
    start: Start, site: Site, folder: Folder
) -> None:
    with RunningGuard(start) as guard:
        assert comes(guard, site, "/known") == blanks.RASTER
        assert comes(guard, site, "/other") == OTHER
        assert guard.alive
    assert counts(folder) == 1
    assert not guard.alive


def test_what_is_unused_goes_after_a_request_and_what_stays_is_passed_over(start: Start, site: Site) -> None:
    class Ring:
        pass

    with RunningGuard(start) as guard:
        assert gc.get_freeze_count() > 0
        gc.disable()
        try:
            ring = Ring()
            ring.own = ring  # type: ignore[attr-defined]  # a ring, which only the collector takes apart
            seen = weakref.ref(ring)
            del ring
            comes(guard, site, "/other")
            until(lambda: seen() is None)
        finally:
            gc.enable()
    assert gc.get_freeze_count() == 0


def test_a_model_that_is_switched_on_holds_its_class_and_nothing_else(
    start: Start, site: Site, folder: Folder, device_clock: FixedDeviceClock
) -> None:
    folder.write(CLASSES, render_classes(["stand-in"]))
    choices = Choices(folder, device_clock)
    choices.ask(replace(choices.policy(), classifier=True))
    site.answers["/chart"] = Answer(png(Image.fromarray(chart(120, 90))), "image/png")
    with RunningGuard(start) as guard:
        until(lambda: comes(guard, site, "/other") == OTHER)
        assert comes(guard, site, "/chart") == blanks.RASTER
        assert guard.state.policy.classifier


def test_the_emergency_stop_works_within_a_look_and_starting_again_too(
    start: Start, site: Site, folder: Folder, device_clock: FixedDeviceClock
) -> None:
    with RunningGuard(start) as guard:
        stop(folder, device_clock.read())
        until(lambda: comes(guard, site, "/known") == KNOWN)
        start_again(folder)
        until(lambda: comes(guard, site, "/known") == blanks.RASTER)


def test_what_the_person_changes_holds_without_a_restart(
    start: Start, site: Site, folder: Folder, device_clock: FixedDeviceClock
) -> None:
    choices = Choices(folder, device_clock)
    with RunningGuard(start) as guard:
        choices.ask(replace(choices.policy(), known_lists=False))
        until(lambda: comes(guard, site, "/known") == KNOWN)
        choices.ask(replace(choices.policy(), known_lists=True))
        until(lambda: comes(guard, site, "/known") == blanks.RASTER)
        choices.ask(replace(choices.policy(), never_intercepted=("calm.example",)))
        until(lambda: guard.state.policy.never_intercepted == ("calm.example",))


def test_the_screen_path_is_tried_when_it_is_switched_on_and_told_where_there_is_none(
    start: Start, folder: Folder, device_clock: FixedDeviceClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    choices = Choices(folder, device_clock)
    with RunningGuard(start) as guard:
        time.sleep(0.2)
        assert guard._screen.troubles == ()
        choices.ask(replace(choices.policy(), screen=True))
        until(lambda: PageSide(guard).troubles() == ("screen_refused",))
        until(lambda: "screen_refused" in guard._teller._told)
        choices.ask(replace(choices.policy(), screen=False))
        until(lambda: guard._screen.troubles == ())


def test_keep_nothing_forgets_what_was_kept_and_changes_no_file(
    start: Start, site: Site, folder: Folder, device_clock: FixedDeviceClock
) -> None:
    with RunningGuard(start) as guard:
        comes(guard, site, "/known")
    assert folder.read(COUNTS)
    choices = Choices(folder, device_clock)
    choices.ask(replace(choices.policy(), keep_nothing=True))
    with RunningGuard(start) as guard:
        assert folder.read(COUNTS) is None
        before = {one.name: one.read_bytes() for one in folder.path.iterdir()}
        assert comes(guard, site, "/known") == blanks.RASTER
    assert {one.name: one.read_bytes() for one in folder.path.iterdir()} == before


def test_what_tightens_holds_also_where_what_was_counted_cannot_be_forgotten(
    start: Start, folder: Folder, device_clock: FixedDeviceClock, monkeypatch: pytest.MonkeyPatch, site: Site
) -> None:
    with RunningGuard(start) as guard:
        before = guard._proxy.change
        followed: list[str] = []

        def changed(policy: NetworkPolicy) -> None:
            followed.append(policy.films)
            before(policy)

        monkeypatch.setattr(guard._proxy, "change", changed)
        guard._counting.keep()
        monkeypatch.setattr(Folder, "remove", full)
        choices = Choices(folder, device_clock)
        choices.ask(replace(choices.policy(), keep_nothing=True, films="blocked"))
        until(lambda: "hold" in followed)
        comes(guard, site, "/known")
        monkeypatch.undo()
        until(lambda: folder.read(COUNTS) is None)
    assert folder.read(COUNTS) is None


def test_what_was_not_finished_does_not_start_and_two_do_not_run_at_once(
    start: Start, folder: Folder
) -> None:
    with RunningGuard(start), pytest.raises(Conflict, match="already"):
        RunningGuard(start).start()
    folder.remove(FINISHED)
    with pytest.raises(Refused, match="set-up"):
        RunningGuard(start).start()


def test_the_page_stops_it_at_once_and_says_what_is_in_force(start: Start, site: Site) -> None:
    with RunningGuard(start) as guard:
        page = PageSide(guard)
        assert (page.state(), page.troubles(), page.port) == ("on", (), guard.port)
        assert page.certificate_days() is None
        assert [(one.name, one.version) for one in page.lists()] == [("sample for devices", 3)]
        page.stop_now()
        assert page.state() == "stopped"
        until(lambda: comes(guard, site, "/known") == KNOWN)
        page.start_again()
        assert page.state() == "on"
        until(lambda: comes(guard, site, "/known") == blanks.RASTER)
        answer = get(int(guard.address.rpartition(":")[2]), "/")
        assert (answer.status, b"tutela" in answer.body.lower()) == (200, False)


def test_a_certificate_that_ends_is_told_on_the_page(start: Start) -> None:
    later = FixedClock(CLOCK.now() + timedelta(days=345))
    with RunningGuard(replace(start, clock=later)) as guard:
        assert PageSide(guard).certificate_days() == 20


def test_a_stop_holds_where_the_folder_cannot_be_written(start: Start, site: Site) -> None:
    with RunningGuard(start) as guard:
        guard.stop_looking()
        guard.look_now()
        assert guard.state.mode == "stopped"
        until(lambda: comes(guard, site, "/known") == KNOWN)


def test_a_stop_on_the_page_ends_by_the_command_too(
    start: Start, site: Site, folder: Folder, device_clock: FixedDeviceClock
) -> None:
    with RunningGuard(start) as guard:
        page = PageSide(guard)
        page.stop_now()
        stop(folder, device_clock.read())
        page.policy_changed()
        assert page.state() == "stopped"
        start_again(folder)  # what ``tutela guard start`` does, in a process of its own
        until(lambda: page.state() == "on")
        until(lambda: comes(guard, site, "/known") == blanks.RASTER)
        for ends in (True, False):  # stops of which the folder has no word
            page.stop_now()
            tell_start(folder) if ends else folder.clear()
            until(lambda: page.state() == "on") if ends else guard.look_now()
        assert page.state() == "stopped", "it does not end with the folder"


def test_a_stop_on_the_page_waits_for_nobody_who_has_the_folder(
    start: Start, site: Site, folder: Folder
) -> None:
    with RunningGuard(start) as guard:
        with folder.alone():
            nothing_kept = render_policy(Policy(keep_nothing=True))
            folder.write(POLICY, nothing_kept.encode())  # the next look waits, to forget what was counted
            time.sleep(0.2)
            stopping = threading.Thread(target=guard.stop_looking)
            stopping.start()
            until(lambda: comes(guard, site, "/known") == KNOWN)
        stopping.join()


def test_a_stop_that_was_taken_back_before_it_was_seen_is_over(start: Start, site: Site) -> None:
    with RunningGuard(start) as guard:
        with guard._lock:  # whoever looks at the folder takes long
            threads = [threading.Thread(target=guard.stop_looking)]
            threads[0].start()
            until(lambda: comes(guard, site, "/known") == KNOWN)
            threads += [threading.Thread(target=guard.stop_looking, kwargs={"stopped": False})]
            threads[1].start()
            until(lambda: not guard._stopped_here)
        for one in threads:
            one.join()
        assert guard.state.mode == "on"
        until(lambda: comes(guard, site, "/known") == blanks.RASTER)


def test_it_ends_while_another_program_hangs_in_its_folder(
    start: Start, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(person_folder, "ALONE_SECONDS", 0.2)
    guard = RunningGuard(start).start()
    with folder.alone():
        ending = threading.Thread(target=guard.stop)
        ending.start()
        ending.join(SECONDS_MAX)
        ended = not ending.is_alive()
    ending.join()
    assert ended


def test_counts_that_are_erased_on_the_page_do_not_come_back(
    start: Start, site: Site, folder: Folder
) -> None:
    with RunningGuard(start) as guard:
        assert comes(guard, site, "/known") == blanks.RASTER
        PageSide(guard).forget_counts()
    assert counts(folder) == 0


def full(*_: object, **__: object) -> None:
    raise Unavailable("the disk is full")


def test_what_is_not_right_is_told_before_a_picture_was_held_for_it(
    start: Start, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_lists(folder)[0].remove()
    with RunningGuard(start) as guard:
        assert PageSide(guard).troubles() == ("list_unusable",)
        monkeypatch.setattr(module, "EVERY_SECONDS", 0.0)
        monkeypatch.setattr(Folder, "append", full)
        until(lambda: guard.disk_fails)
        assert PageSide(guard).troubles() == ("list_unusable", "disk_full")
        guard.stop_looking()
        assert PageSide(guard).troubles() == ()


def test_a_port_of_the_page_that_is_taken_is_no_hindrance(start: Start, folder: Folder) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with RunningGuard(replace(start, page_port=port)) as guard:
            assert guard.alive and not guard.address.endswith(f":{port}")
            assert page_port_of(folder) == 0, "what was asked of this run alone is not kept"
        folder.write(PAGE_PORT, str(port).encode("ascii"))
        with RunningGuard(start) as guard:
            kept = page_port_of(folder)
            assert guard.address == f"http://127.0.0.1:{kept}" and kept != port
    with RunningGuard(start) as guard:
        assert guard.address == f"http://127.0.0.1:{kept}"


@pytest.mark.parametrize("whole_device", [False, True])
def test_another_account_is_told_so_and_served_where_it_was_set_up_for_all(
    whole_device: bool, start: Start, site: Site, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "tutela.prevent.guard.proxy.running.OwnAccount",
        lambda known, said: OwnAccount(known, said, lambda *_: False),
    )
    if whole_device:
        folder.write(WHOLE_DEVICE, b"")
    with RunningGuard(start) as guard:
        guard.stop_looking()
        said = words_for("en").say("told.other_account").encode()
        assert comes(guard, site, "/other") == (OTHER if whole_device else said)


def test_a_lost_key_of_the_authority_is_told_and_leaves_the_turn_free(start: Start, folder: Folder) -> None:
    kept = folder.read("authority") or b""
    folder.remove("authority")
    with pytest.raises(Unavailable, match="key of this device"):
        RunningGuard(start).start()
    folder.write("authority", kept)
    with RunningGuard(start) as guard:
        assert guard.alive
