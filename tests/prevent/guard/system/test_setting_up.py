from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.prevent.guard.system.homes import Gnome, certutil, firefox, state
from tests.prevent.guard.system.killing import killed_at
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Conflict, Refused, TutelaError, Unavailable
from tutela.prevent.guard.person.choices import Choices
from tutela.prevent.guard.person.consent import TEXT_VERSION, Consent
from tutela.prevent.guard.person.device_time import FixedDeviceClock
from tutela.prevent.guard.person.discretion import FORBIDDEN, offered
from tutela.prevent.guard.person.folder import FINISHED, UPSTREAM, WHOLE_DEVICE, Folder, find
from tutela.prevent.guard.person.policy import Policy
from tutela.prevent.guard.person.sealing import new_keys
from tutela.prevent.guard.system import setting_up
from tutela.prevent.guard.system.authority import read_authority
from tutela.prevent.guard.system.leaving import key_place_of, leave
from tutela.prevent.guard.system.programs import Answer, FakePrograms, SystemPrograms
from tutela.prevent.guard.system.searching import places_of
from tutela.prevent.guard.system.setting_up import Device, Wishes, clear_unfinished, set_up

NAMES = offered()[0]
CLOCK = FixedClock(datetime(2026, 5, 4, tzinfo=UTC))
WISHES = Wishes(
    policy=Policy(delay_hours=1),
    names=NAMES,
    consent=Consent(text=TEXT_VERSION, day=date(2026, 5, 4), language="en"),
    keys=new_keys("four calm words here", work_bits=2),
)


def answers(words: object, given: bytes) -> Answer:
    return Answer(code=0)


@pytest.fixture
def gnome() -> Gnome:
    return Gnome()


@pytest.fixture
def device(tmp_path: Path, gnome: Gnome) -> Device:
    home = tmp_path / "home"
    firefox(home)
    (home / ".config").mkdir()
    programs = FakePrograms(
        certutil=certutil, systemctl=answers, chromium=answers, gsettings=gnome.gsettings, dconf=gnome.dconf
    )
    return Device(home=home, programs=programs, root=tmp_path / "root", is_root=False)


def left_to_find(device: Device) -> list[Path]:
    return places_of([*FORBIDDEN, *NAMES.words], [device.home])


def test_what_is_set_up_is_all_undone_bit_for_bit_after_the_delay(device: Device, gnome: Gnome) -> None:
    before, clock = state(device.home), FixedDeviceClock()
    folder = set_up(WISHES, device, CLOCK)
    assert folder.finished and folder.path == device.home / ".local/share/quiet-pages"
    assert folder.path.stat().st_mode & 0o777 == 0o700
    assert gnome.own["/system/proxy/mode"] == "'manual'"
    assert NAMES.subject in (device.home / ".pki/nssdb/cert9.db").read_text()
    assert read_authority(key_place_of(folder, device.programs).get()).certificate.subject
    with pytest.raises(Refused):
        leave(folder, device.programs, clock)
    Choices(folder, clock).ask_leaving()
    clock.turn(-(10**8))
    clock.run(1800)
    Choices(folder, clock).tick()
    clock.restart(off_seconds=60 * 86_400)
    assert leave(folder, device.programs, clock) == ()
    assert state(device.home) == before and gnome.own == {} and left_to_find(device) == []


def test_outside_of_its_folder_nothing_tells_what_it_is(device: Device) -> None:
    folder = set_up(WISHES, device, CLOCK)
    assert places_of(FORBIDDEN, [device.home], besides=[folder.path]) == []
    assert len(left_to_find(device)) > 4, "the search finds what is there"


def tidy(device: Device) -> None:
    """Take away what a kill in the first or the last steps leaves: empty folders without a name."""
    share = device.home / ".local" / "share"
    nameless = [one for one in share.glob(".*") if one.is_dir()]
    for one in (*nameless, share, share.parent):
        if one.is_dir():
            for draft in one.glob("mark.part"):
                draft.unlink()
            one.rmdir()


@pytest.mark.slow
def test_killed_at_any_step_of_the_set_up_everything_can_be_undone(device: Device) -> None:
    before, point = state(device.home), 0
    gone = FakePrograms(certutil=certutil, systemctl=answers, chromium=answers)
    device = replace(device, programs=gone)
    while killed_at(point, lambda: set_up(WISHES, device, CLOCK)):
        folder = find(device.data_home)
        clear_unfinished(device)
        tidy(device)
        assert state(device.home) == before, f"killed before step {point}"
        assert folder is None or left_to_find(device) == []
        point += 1 if point < 6 else 13
    assert point > 60
    folder = find(device.data_home)
    assert folder is not None and folder.finished
    folder.remove(FINISHED)
    clear_unfinished(device)
    assert find(device.data_home) is None


@pytest.mark.slow
def test_killed_at_any_step_of_leaving_it_can_be_taken_up_again(device: Device) -> None:
    device = replace(device, programs=FakePrograms(certutil=certutil, systemctl=answers, chromium=answers))
    before, point, killed, clock = state(device.home), 0, True, FixedDeviceClock()
    while killed:
        folder = set_up(replace(WISHES, policy=Policy(delay_hours=0)), device, CLOCK)
        Choices(folder, clock).ask_leaving()
        killed = killed_at(point, lambda: leave(folder, device.programs, clock))  # noqa: B023 - runs at once
        if find(device.data_home) is not None:
            assert leave(folder, device.programs, clock) == ()
        assert left_to_find(device) == [], f"killed before step {point}"
        tidy(device)
        assert state(device.home) == before
        point += 1 if point < 6 else 13
    assert point > 40


def test_a_set_up_that_fails_leaves_nothing(
    device: Device, gnome: Gnome, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(device.home)
    for name in ("_make_authority", "_set_trust", "_set_proxies"):

        def failing(*words: Any, **more: Any) -> None:
            raise Unavailable("no")

        with monkeypatch.context() as patch:
            patch.setattr(setting_up, name, failing)
            with pytest.raises(Unavailable):
                set_up(WISHES, device, CLOCK)
        assert state(device.home) == before and gnome.own == {}


def test_a_second_set_up_is_refused_and_an_unfinished_one_cleared(device: Device) -> None:
    folder = set_up(WISHES, device, CLOCK)
    with pytest.raises(Refused, match="leave first"):
        set_up(WISHES, device, CLOCK)
    folder.remove(FINISHED)
    assert set_up(WISHES, device, CLOCK).finished


@pytest.mark.parametrize("what", ["proxy", "user.js", "open", "open by hand", "certutil", "taken", "service"])
def test_where_it_cannot_begin_nothing_is_touched(device: Device, what: str) -> None:
    profile = device.home / ".mozilla/firefox/abc.default"
    opened, wishes = None, WISHES
    if what == "proxy":
        device = replace(device, environment={"http_proxy": "http://proxy.example:3128"})
    elif what == "user.js":
        (profile / "user.js").write_text(
            'user_pref("network.proxy.type", 1);\nuser_pref("network.proxy.http", "p:1");\n'
        )
        wishes = replace(WISHES, upstream="http://p:1")
    elif what.startswith("open"):
        wishes = replace(WISHES, trust_by_hand=what == "open by hand")
        (profile / "cert9.db").touch()
        opened = (profile / "cert9.db").open("rb")
    elif what == "certutil":
        device = replace(device, programs=FakePrograms(systemctl=answers))
    elif what == "taken":
        (device.home / ".local/share/quiet-pages/x").mkdir(parents=True)
    else:
        (device.home / ".config/systemd/user").mkdir(parents=True)
        (device.home / ".config/systemd/user/quiet-pages.service").touch()
    before = state(device.home)
    with pytest.raises(TutelaError) as told:
        set_up(wishes, device, CLOCK)
    if opened:
        opened.close()
    assert state(device.home) == before and "tutela" not in told.value.message
    assert isinstance(told.value, {"certutil": Unavailable, "taken": Refused}.get(what, Conflict))


def test_a_proxy_that_was_there_becomes_the_next_stop_and_comes_back(device: Device, gnome: Gnome) -> None:
    there = {
        "/system/proxy/mode": "'manual'",
        "/system/proxy/http/host": "'proxy.example'",
        "/system/proxy/http/port": "3128",
    }
    gnome.own = dict(there)
    folder = set_up(replace(WISHES, upstream="http://proxy.example:3128/"), device, CLOCK)
    assert folder.read(UPSTREAM) == b"http://proxy.example:3128/"
    assert gnome.own["/system/proxy/http/host"] == "'127.0.0.1'"
    folder.remove(FINISHED)
    clear_unfinished(device)
    assert gnome.own == there


def test_somebody_who_does_it_by_hand_needs_no_program(device: Device) -> None:
    device = replace(device, programs=FakePrograms())
    folder = set_up(replace(WISHES, trust_by_hand=True), device, CLOCK)
    assert b"BEGIN CERTIFICATE" in (folder.read("certificate") or b"") and not (device.home / ".pki").exists()
    assert (device.home / ".config/autostart/quiet-pages.desktop").exists()


def test_a_text_that_changed_since_is_read_again_first(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tutela.prevent.guard.person.consent.TEXT_VERSION", TEXT_VERSION + 1)
    with pytest.raises(Refused, match="read it again"):
        set_up(WISHES, device, CLOCK)


def test_a_home_of_somebody_else_is_refused(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: device.home.stat().st_uid + 1)
    with pytest.raises(Refused, match="somebody else"):
        set_up(WISHES, device, CLOCK)
    assert find(device.data_home) is None


def test_the_whole_device_is_for_root(device: Device) -> None:
    wishes = replace(WISHES, whole_device=True)
    with pytest.raises(Refused, match="only root"):
        set_up(wishes, device, CLOCK)
    assert find(device.data_home) is None
    for folder in ("etc/chromium", "usr"):
        (device.root / folder).mkdir(parents=True)
    before, home = state(device.root), state(device.home)
    programs = FakePrograms(certutil=certutil, update_ca_certificates=answers)
    device = replace(device, is_root=True, programs=programs)
    folder_of = set_up(wishes, device, CLOCK)
    assert folder_of.read(WHOLE_DEVICE) == b""
    assert len([name for name in state(device.root) if "quiet-pages" in name]) == 2
    folder_of.remove(FINISHED)
    clear_unfinished(device)
    assert state(device.root) == before and state(device.home) == home


def test_the_key_can_be_in_the_desktops_store(device: Device) -> None:
    kept: list[bytes] = []

    def store(words: Any, given: bytes) -> Answer:
        if words[0] == "store":
            kept.append(given)
        return Answer(code=0, said=kept[-1])

    device = replace(device, programs=FakePrograms(certutil=certutil, secret_tool=store))
    folder = set_up(replace(WISHES, key_place="desktop"), device, CLOCK)
    assert read_authority(key_place_of(Folder(folder.path), device.programs).get()).bundle_pem
    assert b"PRIVATE" not in b"".join(path.read_bytes() for path in folder.path.rglob("*") if path.is_file())


@pytest.mark.needs("certutil")
def test_with_the_real_program_databases_come_back_bit_for_bit(device: Device) -> None:
    real = SystemPrograms({"PATH": os.environ["PATH"]})
    there = device.home / ".pki/nssdb"
    there.mkdir(parents=True)
    assert real.run(["certutil", "-N", "--empty-password", "-d", f"sql:{there}"]).code == 0
    before = state(device.home)
    only = FakePrograms(
        certutil=lambda words, given: real.run(["certutil", *words], given=given), chromium=answers
    )
    device = replace(device, programs=only)
    folder = set_up(WISHES, device, CLOCK)
    listed = real.run(["certutil", "-L", "-d", f"sql:{there}"]).said.decode()
    assert f"{NAMES.subject}" in listed and "C,," in listed
    folder.remove(FINISHED)
    clear_unfinished(device)
    assert state(device.home) == before and left_to_find(device) == []
