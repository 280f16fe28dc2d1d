"""Taking part, on the person's own device: joining, answering, telling what got worse, leaving.

Every step is a command of the person and asks for their passphrase; nothing of it happens by itself, and
nothing goes anywhere (``sending``).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from tutela.kernel.clock import Clock
from tutela.kernel.errors import Conflict, Invalid, Refused, Unavailable
from tutela.prevent.guard.person.counters import read_counts
from tutela.prevent.guard.person.folder import KEYS, POLICY, Folder
from tutela.prevent.guard.person.policy import Policy, parse_policy
from tutela.prevent.guard.person.sealing import read_keys
from tutela.prevent.guard.pilot import state as states
from tutela.prevent.guard.pilot.codes import check_fingerprint, read_code
from tutela.prevent.guard.pilot.questions import PERSONAL, check_answers, questionnaire_version
from tutela.prevent.guard.pilot.reports import report_bytes
from tutela.prevent.guard.pilot.shapes import Answered, Event, Left
from tutela.prevent.guard.pilot.state import RETRACTION_BYTES, Agreed, State
from tutela.prevent.guard.pilot.studies import Study, read_study
from tutela.prevent.guard.pilot.wording import TEXT_VERSION


@dataclass(frozen=True, kw_only=True, slots=True)
class Device:
    """The person's folder, opened with their passphrase."""

    folder: Folder
    public: bytes
    private: bytes = field(repr=False)
    clock: Clock

    @property
    def today(self) -> date:
        """The day, in UTC."""
        return self.clock.now().date()

    def policy(self) -> Policy:
        """What the person chose. Raises Unavailable."""
        try:
            return parse_policy((self.folder.read(POLICY) or b"").decode("ascii"))
        except ValueError as error:
            raise Unavailable("the file of your choices is damaged: set it up again") from error

    def state(self) -> State:
        """What was told so far. Raises Refused where nobody takes part here."""
        found = states.load(self.folder, self.private)
        if found is None:
            raise Refused("nobody takes part in a study here: tutela guard pilot join")
        return found

    def keep(self, state: State) -> State:
        """The state, kept."""
        states.keep(self.folder, self.public, state)
        return state


def open_device(folder: Folder, passphrase: str, clock: Clock) -> Device:
    """The folder, opened. Raises Refused where nothing is set up or the passphrase is wrong, Unavailable."""
    folder.check()
    data = folder.read(KEYS)
    if data is None:
        raise Refused("nothing is set up here")
    keys = read_keys(data)
    return Device(folder=folder, public=keys.public, private=keys.open(passphrase), clock=clock)


def checked_study(untrusted_note: str, clinic: str, today: date) -> Study:
    """The study that would be joined, before anybody agreed. Raises Invalid, Refused."""
    study = read_study(untrusted_note)
    check_fingerprint(clinic, study.keys.signs.public_key)
    if not study.begins <= today <= study.ends:
        raise Refused(f"this study runs from {study.begins} to {study.ends}")
    return study


def join(device: Device, untrusted_code: str, untrusted_note: str, *, clinic: str, language: str) -> State:
    """The state of somebody who agreed now. Joining again takes a later study file of the same clinic.

    Raises Conflict where another study or code is joined already, Invalid, Refused.
    """
    study = checked_study(untrusted_note, clinic, device.today)
    code = read_code(untrusted_code, study.name)
    agreed = Agreed(text=TEXT_VERSION, study=study.number, day=device.today, language=language)
    before = states.load(device.folder, device.private)
    if before is None:
        secret = secrets.token_bytes(RETRACTION_BYTES)
        return device.keep(State(note=untrusted_note, code=code, retraction=secret, agreed=agreed))
    known = before.study
    same = before.code == code and known.keys.signs == study.keys.signs
    if not same or study.number <= known.number or before.left:
        raise Conflict("you take part already; a study file is taken again only when it is a later one")
    later = replace(agreed, day=before.agreed.day)
    return device.keep(replace(before, note=untrusted_note, agreed=later, shown=b"", frame=b""))


def move(source: Device, target: Device) -> State:
    """The state of somebody who set the guard up after the study began: all of it, now beside the guard.

    Raises Conflict where somebody takes part there already, Refused where nobody does here.
    """
    state = source.state()
    if states.load(target.folder, target.private) is not None:
        raise Conflict("somebody takes part there already")
    target.keep(state)
    source.folder.clear()
    return state


def answer(device: Device, moment: str, untrusted_answers: Mapping[str, object]) -> State:
    """The state with these answers; earlier ones of the same moment give way. Raises Invalid, Refused."""
    state = _taking_part(device)
    if moment not in PERSONAL:
        raise Invalid(f"one of {', '.join(PERSONAL)}", field="moment")
    told = Answered(
        moment=moment,
        day=device.today,
        version=questionnaire_version(),
        answers=check_answers(moment, untrusted_answers),
    )
    others = tuple(one for one in state.answers if one.moment != moment)
    return device.keep(replace(state, answers=(*others, told)))


def tell_event(device: Device, kind: str, severity: int) -> State:
    """The state with something that got worse. Raises Invalid, and Refused in *keep nothing*."""
    state = _taking_part(device)
    if device.policy().keep_nothing:
        raise Refused("you chose to keep nothing: only questions are answered then; call the clinic instead")
    try:
        event = Event(day=device.today, kind=kind, severity=severity)  # type: ignore[arg-type]  # it is checked there
    except ValueError as error:
        raise Invalid(str(error), field="event") from error
    return device.keep(replace(state, events=(*state.events, event)))


def leave(device: Device, reason: str) -> State:
    """The state of somebody who left: nothing is asked any more, and one last report may say so.

    Leaving again says another reason; the day stays, and with it what is counted.
    """
    state = device.state()
    day = state.left.day if state.left else device.today
    try:
        left = Left(day=day, reason=reason)  # type: ignore[arg-type]  # it is checked there
    except ValueError as error:
        raise Invalid(str(error), field="reason") from error
    return device.keep(replace(state, left=left, shown=b"", frame=b""))


def show(device: Device) -> bytes:
    """The exact bytes that would go now, kept until they are sent or shown anew. Raises Refused."""
    state = device.state()
    check_open(device, state)
    nothing = device.policy().keep_nothing
    days = () if nothing else read_counts(device.folder, device.private)
    report = report_bytes(state, days, keep_nothing=nothing)
    device.keep(replace(state, shown=report, frame=b""))
    return report


def check_open(device: Device, state: State) -> None:
    """Return where the study still takes reports in. Raises Refused."""
    if device.today > state.study.ends:
        raise Refused(f"this study ended on {state.study.ends}; nothing is sent any more")


def sent(device: Device, state: State) -> State:
    """The state once what was shown has gone."""
    return device.keep(replace(state, sent=state.sent + 1, shown=b"", frame=b""))


def _taking_part(device: Device) -> State:
    state = device.state()
    if state.left:
        raise Refused("you left this study; nothing is asked any more")
    return state
