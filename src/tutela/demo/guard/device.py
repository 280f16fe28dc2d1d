"""A person's device for as long as the demonstration lasts: a home in a folder, set up by the guard itself.

The set-up is the product's own. It meets programs of the real device in one case alone: ``certutil`` works on
databases in that home. So nobody's session, desktop or browser is changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from tutela.demo.guard.lists import DeviceList
from tutela.kernel.clock import Clock
from tutela.prevent.guard.lists.installed import add_list
from tutela.prevent.guard.person.choices import Choices
from tutela.prevent.guard.person.consent import agreed
from tutela.prevent.guard.person.counters import read_counts
from tutela.prevent.guard.person.device_time import SystemDeviceClock
from tutela.prevent.guard.person.discretion import offered
from tutela.prevent.guard.person.folder import CERTIFICATE, KEYS, Folder
from tutela.prevent.guard.person.policy import Policy
from tutela.prevent.guard.person.sealing import new_keys, read_keys
from tutela.prevent.guard.shapes import Tier
from tutela.prevent.guard.system.programs import Answer, SystemPrograms
from tutela.prevent.guard.system.setting_up import Device, Wishes, set_up

_PASSPHRASE: Final = "calm-herons-on-a-roof"  # noqa: S105 - of a device that lasts for seconds
#: Base-2 logarithm of the work to open the counts: little, since nobody's secret is in them.
_WORK_BITS: Final = 10
_CERTUTIL, _BROWSER = "certutil", "chromium"


class FewPrograms:
    """``Programs``: of the device's own, ``certutil`` alone. A Chromium is there to be set up."""

    def __init__(self, programs: SystemPrograms) -> None:
        self._programs = programs

    def has(self, name: str) -> bool:
        """Whether there is such a program."""
        return name == _BROWSER or (name == _CERTUTIL and self._programs.has(name))

    def run(self, arguments: Sequence[str], *, given: bytes = b"") -> Answer:
        """What ``certutil`` answers; every other program fails."""
        return self._programs.run(arguments, given=given) if arguments[0] == _CERTUTIL else Answer(code=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnDevice:
    """``home`` and the guard's folder in it. ``trusted``: the browser's database holds the certificate."""

    home: Path
    folder: Folder
    trusted: bool

    @property
    def certificate_pem(self) -> bytes:
        """The certificate of the device's authority."""
        return self.folder.read(CERTIFICATE) or b""

    def block_films(self) -> None:
        """Return once the person's choice is to have films blocked; the guard follows within a second."""
        choices = Choices(self.folder, SystemDeviceClock())
        choices.ask(replace(choices.policy(), films="blocked"))

    def blocked(self) -> dict[Tier, int]:
        """What the guard counted, by tier, once it has ended. The passphrase opens it, as a person's."""
        private = read_keys(self.folder.read(KEYS) or b"").open(_PASSPHRASE)
        counted: Counter[Tier] = Counter()
        for day in read_counts(self.folder, private):
            for (_, tier), number in day.counts.items():
                counted[tier] += number
        return dict(counted)


def set_up_device(home: Path, known: DeviceList, clock: Clock) -> OwnDevice:
    """A device with the guard on it, the list and the stand-in class switched on.

    Raises as ``set_up``.
    """
    programs = FewPrograms(SystemPrograms())
    trusted = programs.has(_CERTUTIL)
    wishes = Wishes(
        policy=Policy(classifier=True, delay_hours=0, sign="page", segments="blocked"),
        names=offered()[0],
        consent=agreed("en", clock),
        keys=new_keys(_PASSPHRASE, work_bits=_WORK_BITS),
        classes=("stand-in",),
        trust_by_hand=not trusted,
    )
    folder = set_up(wishes, Device(home=home, programs=programs), clock)
    add_list(folder, known.bundle, known.trust, known.prints_key, clock)
    return OwnDevice(home=home, folder=folder, trusted=trusted)
