"""A whole pilot of simulated people through the real code, from their codes to the published figures.

Who reaches the outcome is drawn by arm; whoever leaves has not reached it, so the shares that are drawn are
those of the intention to treat. Nobody is real, and no one is asked anything that the questionnaires lack.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.prevent.guard.pilot.making import card_of, device_at, note_of
from tutela.kernel.clock import FixedClock
from tutela.kernel.egress.destinations import Destination
from tutela.kernel.egress.posting import Answer
from tutela.kernel.errors import Unavailable
from tutela.kernel.privacy.ledger import Ledger
from tutela.prevent.guard.person.counters import Counters
from tutela.prevent.guard.person.words import LANGUAGES
from tutela.prevent.guard.pilot import analysing, publishing, rendering, sending, taking_part
from tutela.prevent.guard.pilot.office import Enrolled, Office
from tutela.prevent.guard.pilot.opening import Opened, open_all, professionals
from tutela.prevent.guard.pilot.questions import SCALES, questions_at
from tutela.prevent.guard.pilot.store import Store
from tutela.prevent.guard.pilot.versions import version_mark

#: Salus' pilot as issue 6 has it: people, an arm, professionals, months.
PEOPLE, ARM, PROFESSIONALS, MONTHS = 180, 90, 50, 11
#: Shares that reach the outcome, in the tested arm and in the other; and that leave before the end.
REACHED, LEAVING = (0.4, 0.2), 0.15
_DAY, _MONTH_DAYS = 86_400, 30
DRAFT = """\
schema = "tutela-pilot-study/1"
name = "simulated"
number = 1
title = "A simulated pilot"
clinic = "Nobody's clinic"
contact = "study@clinic.example"
law = "none: nobody is real"
ethics = "none: nobody is real"
url = "https://study.clinic.example/pilot"
begins = 2026-09-01
ends = 2027-09-15
sites = ["north", "middle", "south"]
sends = ["answers", "events", "counts", "leaving"]
[purpose]
en = "The real code is tried with simulated people."
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What a simulated study gave, and what was meant to come out."""

    opened: Opened
    meant: Mapping[str, int]
    published: Mapping[str, Any]
    report: str
    exact: Mapping[str, Any]
    enrolled: tuple[Enrolled, ...]
    connections: int


class Post:
    """The network: straight into the store; every third receipt is lost, and the person sends again."""

    def __init__(self, store: Store) -> None:
        self._store, self.times = store, 0

    def __call__(self, destination: Destination, headers: Mapping[str, str], body: bytes) -> Answer:
        self.times += 1
        said = json.dumps(self._store.take(body)).encode()
        status = 504 if self.times % 3 == 0 else 200
        return Answer(status=status, untrusted_headers={}, untrusted_body=said)


def run_study(place: Path, seed: int, *, count_days: int) -> Outcome:
    """One study; each person with the guard has ``count_days`` days with counts, spread over the months."""
    source = random.Random(seed)
    clock = FixedClock(datetime(2026, 9, 1, 12, tzinfo=UTC))
    office = Office(place / "study")
    office.found(DRAFT)
    for site in office.study().sites:
        office.issue(site, PEOPLE // 3)
    devices = [
        Simulated(place / "devices" / one.person, office, one, clock=clock, source=source)
        for one in enrolled(office, clock)
    ]
    post = Post(Store(office.path, clock))
    for month in range(MONTHS + 1):
        for device in devices:
            device.live(month, post, count_days)
        clock.advance(_MONTH_DAYS * _DAY)
    devices[0].take_all_back(post)
    return _outcome(office, clock, devices, post, source)


def enrolled(office: Office, clock: FixedClock) -> tuple[Enrolled, ...]:
    """Everybody, the sites one after the other."""
    return tuple(office.enrol(place.code.text, clock) for place in office.places())


class Simulated:
    """A person with a device."""

    def __init__(
        self,
        path: Path,
        office: Office,
        one: Enrolled,
        *,
        clock: FixedClock,
        source: random.Random,
    ) -> None:
        self.arm, self._clock, self._source = one.arm, clock, source
        self._tested = one.arm == next(iter(office.study().arms))
        self.reaches = source.random() < REACHED[0 if self._tested else 1]
        leaves = not self.reaches and source.random() < LEAVING / (1 - sum(REACHED) / 2)
        self._leaves_in = source.randrange(1, MONTHS) if leaves else None
        self.taken_back = False
        path.parent.mkdir(exist_ok=True)
        self._device = device_at(path, clock)
        code = next(place.code for place in office.places() if place.code.person == one.person)
        note, card = note_of(office), card_of(office)
        language = LANGUAGES[one.number % len(LANGUAGES)]
        taking_part.join(self._device, code.text, note, clinic=card, language=language)

    @property
    def left(self) -> bool:
        """Whether the person left before the end."""
        return self._leaves_in is not None

    def live(self, month: int, post: Post, count_days: int) -> None:
        """One month: questions at the start, in the middle and at the end, counts, and what goes wrong."""
        if self._leaves_in is not None and month > self._leaves_in:
            return
        if self._tested:
            self._count(count_days // (MONTHS + 1) or 1)
        moment = {0: "start", MONTHS // 2: "middle", MONTHS: "end"}.get(month)
        if moment:
            taking_part.answer(self._device, moment, self._answers(moment))
        if self._source.random() < 0.01:
            taking_part.tell_event(self._device, "sleep", self._source.randrange(1, 4))
        if month == self._leaves_in:
            taking_part.leave(self._device, "rather_not")
        if moment or month == self._leaves_in:
            self._send(post)

    def take_all_back(self, post: Post) -> None:
        """The person takes back everything, however often it has to be asked."""
        while True:
            try:
                self.taken_back = sending.take_back(self._device.state(), post) >= 0
                return
            except Unavailable:
                continue

    def _answers(self, moment: str) -> dict[str, object]:
        told: dict[str, object] = {
            one.name: None if self._source.random() < 0.1 else self._source.randrange(SCALES[one.scale])
            for one in questions_at(moment)
        }
        if moment == "end":
            told["own_goal"] = self._source.choice((3, 4) if self.reaches else (0, 1, 2, None))
        return told

    def _count(self, days: int) -> None:
        mark = version_mark("0.1.0", [("known", self._clock.now().month)])
        counters = Counters(self._device.folder, self._device.public, self._clock, release=mark)
        for _ in range(days):
            for _ in range(self._source.randrange(3)):
                counters.count("network", "near")
            counters.keep()

    def _send(self, post: Post) -> None:
        digest = sending.digest_of(taking_part.show(self._device))
        while True:
            try:
                sending.send_shown(self._device, digest, post)
            except Unavailable:
                continue
            return


def professionals_csv(source: random.Random) -> str:
    """The answers of professionals, as their table."""
    names = [one.name for one in questions_at("professional")]
    rows = (",".join(str(source.randrange(5)) for _ in names) for _ in range(PROFESSIONALS))
    return "\n".join([",".join(names), *rows]) + "\n"


def _outcome(
    office: Office, clock: FixedClock, devices: Sequence[Simulated], post: Post, source: random.Random
) -> Outcome:
    study, told = office.study(), professionals(professionals_csv(source))
    opened = open_all(office, Store(office.path, clock).frames())
    ledger = Ledger(office.path / "ledger")
    spent = publishing.charge(ledger, "simulated", study, asked_professionals=True, day=clock.now().date())
    data = publishing.published(
        study,
        "simulated",
        people=publishing.noised(analysing.totals(study, opened.rows), study.budget),
        professionals=publishing.noised(analysing.professional_totals(told), study.budget),
        spent=spent,
    )
    meant = {
        arm: sum(one.reaches and not one.taken_back for one in devices if one.arm == arm)
        for arm in study.arms
    }
    return Outcome(
        opened=opened,
        meant=meant,
        published=json.loads(json.dumps(data)),
        report=rendering.markdown(data),
        exact=analysing.exact_figures(study, opened.rows, told),
        enrolled=office.enrolled(),
        connections=post.times,
    )
