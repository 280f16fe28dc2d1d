"""All checks in the order in which an administrator would ask; none of them changes anything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from tutela.detect.media.pool import PoolRules
from tutela.detect.service.applied import Applied, Progress, read_progress
from tutela.detect.service.assembly import CHANGES, TOKENS
from tutela.detect.service.doctor import installation
from tutela.detect.service.doctor.change_log import LogLook, change_log, look, look_over
from tutela.detect.service.doctor.credentials import feed_key, hook_secrets, tokens
from tutela.detect.service.doctor.devices import Devices
from tutela.detect.service.doctor.disks import encryption, free_space, swap
from tutela.detect.service.doctor.findings import Finding
from tutela.detect.service.doctor.limits import core_dumps, descriptors
from tutela.detect.service.doctor.listening import listening
from tutela.detect.service.doctor.lists import count_lists, lists
from tutela.detect.service.doctor.ownership import home_rights, may_read, secrets_rights
from tutela.detect.service.doctor.processes import Listener, Processes
from tutela.detect.service.doctor.replica import follower
from tutela.detect.service.doctor.timekeeping import clock
from tutela.detect.service.log_opening import open_log, prove_log
from tutela.detect.service.settings import ServiceSettings
from tutela.detect.service.shelf import Shelf
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Unavailable


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """What is examined: TUTELA_HOME, the secrets folder, the settings in force, and the machine around."""

    home: Path
    secrets: Path | None = None
    settings: ServiceSettings = field(default_factory=ServiceSettings)
    rules: PoolRules = field(default_factory=PoolRules)
    clock: Clock = field(default_factory=SystemClock)
    processes: Processes = field(default_factory=Processes)
    devices: Devices = field(default_factory=Devices)

    @property
    def folder(self) -> Path:
        """The data folder of the match service."""
        return self.home / "match"

    @property
    def supervisor(self) -> int | None:
        """The process that runs the service, if one runs here and can be seen."""
        return self.processes.supervisor(self.folder)

    def listeners(self) -> list[Listener]:
        """Who listens: the service's sockets where they can be seen, else whoever has its port."""
        return self.processes.listeners(self.supervisor, self.settings.port)


def examine(place: Place) -> Iterator[Finding]:
    """Every finding, one after another; a check that cannot look says so itself.

    What may not be read by whoever asks is told once, and the rest is looked at all the same.
    """
    yield from _installed(place)
    yield from _machine(place)
    yield from home_rights(place.home)
    yield from secrets_rights(place.secrets)
    if may_read(place.folder):
        yield from _data(place)
    yield from _process(place)


def _installed(place: Place) -> Iterator[Finding]:
    yield installation.python()
    yield installation.native()
    yield from installation.extras()
    yield installation.layers()
    yield installation.worker(place.rules)


def _machine(place: Place) -> Iterator[Finding]:
    yield free_space(place.home)
    yield encryption(place.home, place.devices)
    yield swap(place.devices)
    yield clock()


def _data(place: Place) -> Iterator[Finding]:
    folder = place.folder
    found, valid = tokens(folder / TOKENS, place.clock.now())
    yield from found
    yield feed_key(folder, valid)
    progress = _progress(folder)
    yield change_log(lambda: _look(place), applied=progress.sequence, followed=progress.log)
    with closing(Shelf(folder, clock=place.clock)) as shelf:
        yield follower(
            place.processes.follower(folder),
            _applied(shelf),
            is_served=place.supervisor is not None or bool(place.listeners()),
            behind_seconds_max=place.settings.behind_seconds_max,
        )
        yield from lists(folder, shelf, place.clock)


def _process(place: Place) -> Iterator[Finding]:
    settings, supervisor = place.settings, place.supervisor
    number = count_lists(place.folder)
    yield descriptors(settings.requests_max, number, supervisor, place.processes)
    yield core_dumps(supervisor, place.processes)
    yield listening(settings.host, place.listeners())
    yield hook_secrets(settings)


def _look(place: Place) -> LogLook:
    """The change log of this machine, or the one that the settings name for several."""
    shared = place.settings.change_log
    if not shared.get_secret_value():
        return look(place.folder / CHANGES)
    if not prove_log(shared, place.folder):
        raise Unavailable("the database is away: questions are answered, changes wait")
    with closing(open_log(shared, place.folder, clock=place.clock)) as log:
        return look_over(log)


def _progress(folder: Path) -> Progress:
    """How far the lists are; nothing where that cannot be read: the follower's check says so."""
    try:
        return read_progress(folder)
    except (ValueError, OSError):
        return Progress()


def _applied(shelf: Shelf) -> Applied | None:
    try:
        return shelf.applied()
    except (Unavailable, OSError):
        return None
