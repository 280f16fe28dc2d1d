"""What the follower keeps beside a live list, in ``standing.json`` of its folder: who may answer, and holds.

Only the follower writes it, through a temporary name; the processes that answer read it when it changes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, cast

from tutela.detect.matching.headers import parse_moment, render_moment
from tutela.detect.matching.sections import replace_file
from tutela.kernel.formats import check_version

#: Name of the file in the folder of a list.
STANDING = "standing.json"
#: Version of the file (decisions.md section 12: the files of release n-1 are read).
STANDING_VERSION = 1
_REASONS = ("shrink", "rollback")


@dataclass(frozen=True, kw_only=True, slots=True)
class Hold:
    """Why changes of a list wait for a release: since which change, made when, entries it would cost."""

    reason: Literal["shrink", "rollback"]
    since: int
    made: datetime
    entries: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """The state of one list beside its entries.

    ``born`` is the number of the change that made it, ``change`` of the last that altered this file;
    ``disabled`` maps entries that do not answer to the end of that (None: until enabled again).
    """

    born: int
    change: int
    ratio: float = 1.0
    seed: str = ""
    disabled: Mapping[str, datetime | None] = field(default_factory=dict)
    #: Without a change for so many seconds the list is stale; 0: the service's own setting counts.
    stale_after_seconds: int = 0
    #: Largest version of its source that was seen.
    source_version: int = 0
    #: Entries removed by minute (minutes since 1970), for the window of FI-24; ``counted``: the last change.
    removed: tuple[tuple[int, int], ...] = ()
    counted: int = 0
    hold: Hold | None = None
    #: Entries that answered and were removed or switched off, by minute as ``removed``.
    lost: tuple[tuple[int, int], ...] = ()
    #: True while nothing of it ever answered: its share was set to 0 before the first entry, as imports do.
    unopened: bool = False

    def disabled_until(self, entry: str, now: datetime) -> tuple[bool, datetime | None]:
        """Whether the entry is silent at ``now``, and until when (None: no end)."""
        if entry not in self.disabled:
            return False, None
        until = self.disabled[entry]
        return (True, until) if until is None or now < until else (False, None)

    def without_past(self, now: datetime) -> Standing:
        """The same without entries whose time of silence is over."""
        left = {entry: until for entry, until in self.disabled.items() if until is None or now < until}
        return self if len(left) == len(self.disabled) else replace(self, disabled=left)


def render_standing(standing: Standing) -> bytes:
    """The file's content; ``parse_standing`` is the inverse."""
    hold = standing.hold
    fields: dict[str, Any] = {
        "v": STANDING_VERSION,
        **{name: getattr(standing, name) for name in _NUMBERS},
        "ratio": standing.ratio,
        "seed": standing.seed,
        "disabled": {entry: render_moment(until) for entry, until in standing.disabled.items()},
        "removed": [list(pair) for pair in standing.removed],
        "lost": [list(pair) for pair in standing.lost],
        "unopened": standing.unopened,
        "hold": None if hold is None else render_hold(hold),
    }
    return json.dumps(fields).encode()


_NUMBERS = ("born", "change", "stale_after_seconds", "source_version", "counted")


def render_hold(hold: Hold) -> dict[str, Any]:
    """A hold as a JSON object; ``parse_hold`` is the inverse."""
    return {
        "reason": hold.reason,
        "since": hold.since,
        "made": render_moment(hold.made),
        "entries": hold.entries,
    }


def parse_hold(untrusted: object) -> Hold:
    """The hold of a JSON object. Raises ValueError."""
    fields = as_fields(untrusted)
    made = parse_moment(fields.get("made"))
    if fields.get("reason") not in _REASONS or made is None:
        raise ValueError("a hold without reason or time")
    reason = cast("Literal['shrink', 'rollback']", fields["reason"])
    return Hold(reason=reason, since=whole(fields, "since"), made=made, entries=whole(fields, "entries"))


def parse_standing(payload: bytes) -> Standing:
    """The standing of a file. Raises ValueError for what no release wrote."""
    fields = as_fields(_load(payload))
    ratio, seed = fields.get("ratio"), fields.get("seed")
    if type(ratio) not in (int, float) or not isinstance(seed, str):
        raise ValueError("ratio or seed of a list is of the wrong kind")
    unopened = fields.get("unopened", False)
    if not isinstance(unopened, bool):
        raise ValueError("unopened of a list is of the wrong kind")
    return Standing(
        **{name: whole(fields, name) for name in _NUMBERS},
        ratio=float(cast("float", ratio)),
        seed=seed,
        disabled={entry: parse_moment(until) for entry, until in as_fields(fields.get("disabled")).items()},
        removed=_pairs(fields.get("removed")),
        hold=None if fields.get("hold") is None else parse_hold(fields["hold"]),
        # Releases before 0.2 wrote neither: they counted removals alone.
        lost=_pairs(fields.get("lost", fields.get("removed"))),
        unopened=unopened,
    )


def _load(payload: bytes) -> Any:
    try:
        value = json.loads(payload)
    except (UnicodeDecodeError, RecursionError) as error:
        raise ValueError("the file is not JSON") from error
    fields = as_fields(value)
    check_version(STANDING, fields.get("v"), reads=STANDING_VERSION)
    return fields


def _pairs(untrusted: object) -> tuple[tuple[int, int], ...]:
    if not isinstance(untrusted, list) or not all(_is_pair(one) for one in untrusted):
        raise ValueError("the removals of a list are no pairs of numbers")
    return tuple((one[0], one[1]) for one in untrusted)


def _is_pair(untrusted: object) -> bool:
    return isinstance(untrusted, list) and len(untrusted) == 2 and all(type(one) is int for one in untrusted)


def as_fields(untrusted: object) -> dict[str, Any]:
    """The JSON object. Raises ValueError for anything else."""
    if not isinstance(untrusted, dict):
        raise ValueError("not a JSON object")
    return untrusted


def whole(fields: Mapping[str, Any], name: str) -> int:
    """A whole number from 0 of a JSON object. Raises ValueError."""
    value = fields.get(name)
    if type(value) is not int or value < 0:
        raise ValueError(f"{name} is not a whole number from 0")
    return value


def read_standing(folder: Path) -> Standing:
    """The standing of a list's folder. Raises ValueError, OSError."""
    return parse_standing((folder / STANDING).read_bytes())


def write_standing(folder: Path, standing: Standing) -> None:
    """Returns when it is on disk. Raises OSError; what stood there stays then."""
    payload = render_standing(standing)
    replace_file(folder / STANDING, lambda stream: stream.write(payload))
