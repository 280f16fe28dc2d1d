"""A page on loopback, of a folder as the set-up leaves it, and who visits it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.prevent.guard.page.visiting import PASSPHRASE, Visitor
from tutela.kernel.clock import FixedClock
from tutela.prevent.guard.page import models
from tutela.prevent.guard.page.fakes import FakeRunning
from tutela.prevent.guard.page.serving import PageServer
from tutela.prevent.guard.person.choices import Choices
from tutela.prevent.guard.person.consent import agreed, render_consent
from tutela.prevent.guard.person.device_time import FixedDeviceClock
from tutela.prevent.guard.person.discretion import offered, render_discretion
from tutela.prevent.guard.person.folder import CONSENT, DISCRETION, KEYS, POLICY, Folder
from tutela.prevent.guard.person.policy import Policy, render_policy
from tutela.prevent.guard.person.sealing import SealedKeys, new_keys

SEALED = new_keys(PASSPHRASE, work_bits=2)


@dataclass
class Home:
    """A person's folder, their guard and their clocks."""

    folder: Folder
    running: FakeRunning = field(default_factory=FakeRunning)
    clock: FixedClock = field(default_factory=lambda: FixedClock(datetime(2026, 5, 4, 12, tzinfo=UTC)))
    device_clock: FixedDeviceClock = field(default_factory=FixedDeviceClock)
    keys: SealedKeys = SEALED

    @property
    def choices(self) -> Choices:
        return Choices(self.folder, self.device_clock)

    def choose(self, policy: Policy) -> None:
        self.folder.write(POLICY, render_policy(policy).encode("ascii"))

    def wait(self, seconds: float) -> None:
        """Let the device run, with its clock right."""
        self.device_clock.run(seconds)
        self.clock.advance(seconds)


@pytest.fixture(autouse=True)
def adult_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model for adult content, which no environment of tests has, counts as installed."""
    monkeypatch.setattr(models, "adult_installed", lambda: True)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """The folder as the set-up leaves it."""
    made = Home(Folder(tmp_path / "quiet-pages"))
    made.folder.make()
    made.choose(Policy())
    made.folder.write(KEYS, made.keys.to_bytes())
    made.folder.write(CONSENT, render_consent(agreed("en", made.clock)).encode("ascii"))
    made.folder.write(DISCRETION, render_discretion(offered()[0]).encode("utf-8"))
    return made


@pytest.fixture
def server(home: Home) -> Iterator[PageServer]:
    """The page of ``home``."""
    with PageServer(
        home.folder, home.running, port=0, clock=home.clock, device_clock=home.device_clock
    ) as page:
        yield page


@pytest.fixture
def visitor(server: PageServer) -> Visitor:
    """Somebody who has not given the passphrase."""
    return Visitor(server.port)


@pytest.fixture
def owner(visitor: Visitor) -> Visitor:
    """Somebody who has."""
    assert visitor.sign_in().status == 303
    return visitor
