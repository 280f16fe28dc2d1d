from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.prevent.guard.system.homes import state
from tests.prevent.guard.system.test_setting_up import CLOCK, WISHES, device, gnome, left_to_find
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Conflict, Unavailable
from tutela.prevent.guard.person.choices import Choices
from tutela.prevent.guard.person.device_time import FixedDeviceClock
from tutela.prevent.guard.person.folder import CERTIFICATE, DISCRETION
from tutela.prevent.guard.person.policy import Policy
from tutela.prevent.guard.system import nss, trust
from tutela.prevent.guard.system.authority import read_authority
from tutela.prevent.guard.system.leaving import journal_of, key_place_of, leave
from tutela.prevent.guard.system.renewing import days_left, renew, trusting
from tutela.prevent.guard.system.setting_up import Device, set_up

__all__ = ["device", "gnome"]
FREE = replace(WISHES, policy=Policy(delay_hours=0))


def later(days: int) -> FixedClock:
    return FixedClock(CLOCK.now() + timedelta(days=days))


def test_a_new_one_is_due_in_the_last_month(device: Device) -> None:
    folder = set_up(FREE, device, CLOCK)
    assert days_left(folder, device, later(300)) is None
    assert days_left(folder, device, later(340)) == 25
    assert days_left(folder, device, later(400)) == 0


def test_the_new_one_is_trusted_and_used_and_leaving_gives_everything_back(device: Device) -> None:
    before = state(device.home)
    folder = set_up(FREE, device, CLOCK)
    old = key_place_of(folder, device.programs).get()
    renew(folder, device, later(340))
    new = read_authority(key_place_of(folder, device.programs).get())
    assert new.bundle_pem != old and folder.read(CERTIFICATE) == new.certificate_pem
    assert days_left(folder, device, later(340)) is None
    assert len(list(trusting(journal_of(folder, device.programs)))) == 2
    device_clock = FixedDeviceClock()
    Choices(folder, device_clock).ask_leaving()
    assert leave(folder, device.programs, device_clock) == ()
    assert state(device.home) == before
    assert left_to_find(device) == []


def test_one_that_cannot_be_trusted_leaves_the_old_one_serving(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = set_up(FREE, device, CLOCK)
    old = key_place_of(folder, device.programs).get()

    def failing(*_: object, **__: object) -> None:
        raise Unavailable("no room on the disk")

    monkeypatch.setattr(trust, "trust_in_browser", failing)
    with pytest.raises(Unavailable, match="no room"):
        renew(folder, device, later(340))
    assert key_place_of(folder, device.programs).get() == old


def test_nothing_is_changed_while_the_last_of_the_browsers_is_open(device: Device) -> None:
    folder = set_up(FREE, device, CLOCK)
    before, stores = state(device.home), list(trusting(journal_of(folder, device.programs)))
    with stores[-1].files[0].open("rb"), pytest.raises(Conflict, match="close"):
        renew(folder, device, later(340))
    assert state(device.home) == before


def test_an_open_browser_and_damaged_names_stop_it(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = set_up(FREE, device, CLOCK)
    monkeypatch.setattr(nss, "_is_open", lambda *_: True)
    with pytest.raises(Conflict, match="close"):
        renew(folder, device, later(340))
    folder.write(DISCRETION, b"damaged")
    with pytest.raises(Unavailable, match="names"):
        renew(folder, device, later(340))
