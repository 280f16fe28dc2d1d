"""What lies on the device of somebody who takes part: one file, sealed to their passphrase, of few sizes.

It holds the study file, the code and every answer, so whoever has the device but not the passphrase sees that
there is a file and about how much is in it, and nothing of what it says.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tutela.kernel.errors import Unavailable
from tutela.kernel.formats import check_version
from tutela.prevent.guard.person.folder import Folder
from tutela.prevent.guard.person.sealing import seal, unseal
from tutela.prevent.guard.pilot.codes import Code, read_code
from tutela.prevent.guard.pilot.questions import Answers
from tutela.prevent.guard.pilot.shapes import Answered, Event, Kind, Left, Reason
from tutela.prevent.guard.pilot.studies import Study, read_study

#: Version of what is sealed, and the name of the file in the person's folder.
FORMAT, FILE = 1, "part"
#: The file's size is a multiple of this, so that it tells little of how much is in it.
STEP_BYTES = 64 * 1024
_WHAT = b"part 1"
_LENGTH = struct.Struct(">I")
#: Bytes of the secret with which reports are taken back.
RETRACTION_BYTES = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreed:
    """To which version of the text and of the study file, on which day, in which language."""

    text: int
    study: int
    day: date
    language: str


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """Everything. ``shown``: the report that the person saw last; ``frame``: its sealed form, once sent."""

    note: str = field(repr=False)
    code: Code
    retraction: bytes = field(repr=False)
    agreed: Agreed
    answers: tuple[Answered, ...] = ()
    events: tuple[Event, ...] = ()
    left: Left | None = None
    sent: int = 0
    shown: bytes = field(default=b"", repr=False)
    frame: bytes = field(default=b"", repr=False)

    @property
    def study(self) -> Study:
        """The study, its signature checked again."""
        return read_study(self.note)


def keep(folder: Folder, public: bytes, state: State) -> None:
    """Return once the state is kept, sealed. Raises Unavailable."""
    plain = json.dumps(_row(state), sort_keys=True).encode("ascii")
    framed = _LENGTH.pack(len(plain)) + plain
    folder.write(FILE, seal(framed + bytes(-len(framed) % STEP_BYTES), public, what=_WHAT))


def load(folder: Folder, private: bytes) -> State | None:
    """The state; None where nobody takes part here. Raises Unavailable where it is damaged."""
    data = folder.read(FILE)
    if data is None:
        return None
    try:
        plain = unseal(data, private, what=_WHAT)
        (length,) = _LENGTH.unpack_from(plain)
        return _state(json.loads(plain[_LENGTH.size : _LENGTH.size + length]))
    except (ValueError, KeyError, TypeError, struct.error) as error:
        raise Unavailable("what you told the study here is damaged") from error


def forget(folder: Folder) -> None:
    """Return once nothing of the study is left on this device."""
    folder.remove(FILE)


def _row(state: State) -> Mapping[str, Any]:
    return {
        "format": FORMAT,
        "note": state.note,
        "code": state.code.text,
        "retraction": state.retraction.hex(),
        "agreed": [
            state.agreed.text,
            state.agreed.study,
            state.agreed.day.isoformat(),
            state.agreed.language,
        ],
        "answers": [
            [one.moment, one.day.isoformat(), one.version, dict(one.answers)] for one in state.answers
        ],
        "events": [[one.day.isoformat(), one.kind, one.severity] for one in state.events],
        "left": None if state.left is None else [state.left.day.isoformat(), state.left.reason],
        "sent": state.sent,
        "shown": state.shown.decode("ascii"),
        "frame": state.frame.hex(),
    }


def _state(row: Mapping[str, Any]) -> State:
    check_version("what you told the study", row["format"], reads=FORMAT)
    text, number, day, language = row["agreed"]
    return State(
        note=row["note"],
        code=read_code(row["code"], read_study(row["note"]).name),
        retraction=bytes.fromhex(row["retraction"]),
        agreed=Agreed(text=text, study=number, day=date.fromisoformat(day), language=language),
        answers=tuple(_answered(*one) for one in row["answers"]),
        events=tuple(_event(*one) for one in row["events"]),
        left=None if row["left"] is None else _left(*row["left"]),
        sent=row["sent"],
        shown=row["shown"].encode("ascii"),
        frame=bytes.fromhex(row["frame"]),
    )


def _answered(moment: str, day: str, version: int, answers: Answers) -> Answered:
    return Answered(moment=moment, day=date.fromisoformat(day), version=version, answers=answers)


def _event(day: str, kind: Kind, severity: int) -> Event:
    return Event(day=date.fromisoformat(day), kind=kind, severity=severity)


def _left(day: str, reason: Reason) -> Left:
    return Left(day=date.fromisoformat(day), reason=reason)
