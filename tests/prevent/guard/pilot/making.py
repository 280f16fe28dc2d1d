"""A study of a clinic, and devices of people who take part, for tests: no scrypt to wait for."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from tutela.kernel.clock import FixedClock
from tutela.kernel.egress.destinations import Destination
from tutela.kernel.egress.posting import Answer
from tutela.kernel.errors import TutelaError
from tutela.prevent.guard.person.folder import KEYS, POLICY, Folder
from tutela.prevent.guard.person.policy import Policy, render_policy
from tutela.prevent.guard.person.sealing import new_keys
from tutela.prevent.guard.pilot.codes import fingerprint
from tutela.prevent.guard.pilot.office import STUDY, Office
from tutela.prevent.guard.pilot.store import Store
from tutela.prevent.guard.pilot.taking_part import Device, join, open_device

PASSPHRASE = "four calm words here"
DRAFT = """\
schema = "tutela-pilot-study/1"
name = "example"
number = 1
title = "Does it help?"
clinic = "Clinic of Example"
contact = "study@clinic.example"
law = "GDPR Article 9(2)(a)"
ethics = "EK 2026-041"
url = "http://127.0.0.1:8707/"
begins = 2026-09-01
ends = 2027-08-01
sites = ["north", "south"]
sends = ["answers", "events", "counts", "leaving"]

[purpose]
en = "Two groups are compared."
de = "Zwei Gruppen werden verglichen."

[arms]
guard = "The program is set up at once."
later = "The program is set up after the study."

[primary]
item = "own_goal"
moment = "end"
at_least = 3

[privacy]
primary = "3/2"
other = "1/4"
total = "4"
"""


def clock() -> FixedClock:
    return FixedClock(datetime(2026, 10, 1, 12, tzinfo=UTC))


def bits(seed: int = 1) -> random.Random:
    """A source of codes that gives the same ones each time."""
    return random.Random(seed)


def office_at(path: Path, *, north: int = 4, south: int = 0, draft: str = DRAFT) -> Office:
    office = Office(path)
    office.found(draft)
    for site, count in (("north", north), ("south", south)):
        if count:
            office.issue(site, count)
    return office


def note_of(office: Office) -> str:
    return (office.path / STUDY).read_text(encoding="utf-8")


def card_of(office: Office) -> str:
    """The clinic's signs."""
    return fingerprint(office.study().keys.signs.public_key)


def folder_at(path: Path, policy: Policy | None = None) -> Folder:
    """A folder as the set-up leaves it, as far as a pilot looks at it."""
    folder = Folder(path)
    folder.make()
    folder.write(KEYS, new_keys(PASSPHRASE, work_bits=2).to_bytes())
    folder.write(POLICY, render_policy(policy or Policy()).encode("ascii"))
    return folder


def device_at(path: Path, at: FixedClock | None = None, policy: Policy | None = None) -> Device:
    return open_device(folder_at(path, policy), PASSPHRASE, at or clock())


def joined_at(path: Path, office: Office, number: int = 1, **other: object) -> Device:
    """The device of the person with this number at the site north, joined."""
    device = device_at(path, **other)  # type: ignore[arg-type]  # what device_at takes
    code = office.places()[number - 1].code.text
    join(device, code, note_of(office), clinic=card_of(office), language="en")
    return device


class Line:
    """A post that goes straight into a store, and remembers what went."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.went: list[bytes] = []
        self.destinations: list[Destination] = []

    def __call__(self, destination: Destination, headers: Mapping[str, str], body: bytes) -> Answer:
        import json

        self.went.append(body)
        self.destinations.append(destination)
        try:
            status, said = 200, self._store.take(body)
        except TutelaError as error:
            status, said = error.http_status, {"error": error.message}
        return Answer(status=status, untrusted_headers={}, untrusted_body=json.dumps(said).encode())
