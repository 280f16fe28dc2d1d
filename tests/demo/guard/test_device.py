"""A device of the demonstration's own: set up by the product, and nothing of the real one is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tutela.demo.guard.device import FewPrograms, OwnDevice
from tutela.kernel.clock import SystemClock
from tutela.prevent.guard.person.choices import Choices
from tutela.prevent.guard.person.counters import Counters
from tutela.prevent.guard.person.device_time import SystemDeviceClock
from tutela.prevent.guard.person.folder import KEYS
from tutela.prevent.guard.person.sealing import read_keys
from tutela.prevent.guard.system.programs import Answer, SystemPrograms

if TYPE_CHECKING:
    from tutela.demo.guard.stage import Stage


class Everything(SystemPrograms):
    """A device that has every program; remembers what was run."""

    def __init__(self) -> None:
        super().__init__({})
        self.ran: list[str] = []

    def has(self, name: str) -> bool:
        return True

    def run(self, arguments: Sequence[str], *, given: bytes = b"") -> Answer:
        self.ran.append(arguments[0])
        return Answer(code=0)


def test_of_the_real_device_only_certutil_is_asked() -> None:
    real = Everything()
    few = FewPrograms(real)
    asked = ("gsettings", "dconf", "systemctl", "update-ca-certificates", "notify-send", "certutil")
    assert [one for one in asked if few.has(one)] == ["certutil"]
    assert few.has("chromium")
    codes = [few.run([one]).code for one in asked]
    assert codes[-1] == 0 and all(codes[:-1]) and real.ran == ["certutil"]


@pytest.mark.slow
def test_it_is_set_up_in_its_own_home(stage: Stage) -> None:
    device = stage.device
    assert device.folder.finished and device.folder.path.is_relative_to(device.home)
    assert device.certificate_pem.startswith(b"-----BEGIN CERTIFICATE-----")
    assert device.trusted == (device.home / ".pki/nssdb/cert9.db").exists()


@pytest.mark.slow
def test_counts_are_read_with_the_passphrase(stage: Stage) -> None:
    def blocked(device: OwnDevice) -> dict[str, int]:
        return {str(tier): number for tier, number in device.blocked().items() if number}

    before = blocked(stage.device)
    public = read_keys(stage.device.folder.read(KEYS) or b"").public
    counters = Counters(stage.device.folder, public, SystemClock(), release="1")
    counters.count("network", "near")
    counters.count("network", "near")
    counters.keep()
    assert blocked(stage.device).get("near", 0) - before.get("near", 0) == 2


@pytest.mark.slow
def test_films_are_checked_until_the_person_has_them_blocked(stage: Stage) -> None:
    choices = Choices(stage.device.folder, SystemDeviceClock())
    before = choices.policy()
    assert (before.films, before.segments, before.classifier) == ("checked", "blocked", True)
    stage.device.block_films()
    try:
        assert choices.policy() == replace(before, films="blocked")
    finally:
        choices.ask(before)
    assert choices.policy() == before
