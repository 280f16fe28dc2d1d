"""FI-12: the wall clock of a process jumps or runs wrong while the monotonic clock goes on (libfaketime)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

#: Where Debian's package faketime puts its library.
_LIBRARIES = ("/usr/lib/*/faketime/libfaketime.so.1", "/usr/lib/faketime/libfaketime.so.1")
HOUR, DAY, TEN_YEARS = 3_600, 86_400, 315_360_000
#: The twelve: eight steps, two that creep, two over the edge of what the guide allows (10 minutes).
JUMPS: Mapping[str, str] = {
    "an hour on": f"+{HOUR}",
    "an hour back": f"-{HOUR}",
    "a day on": f"+{DAY}",
    "a day back": f"-{DAY}",
    "ten years on": f"+{TEN_YEARS}",
    "ten years back": f"-{TEN_YEARS}",
    "eleven minutes on": "+660",
    "eleven minutes back": "-660",
    "nine minutes on": "+540",
    "nine minutes back": "-540",
    "at half speed": "+0 x0.5",
    "at double speed": "+0 x2",
}


@cache
def library() -> str:
    """The path of libfaketime, empty where it is not installed."""
    found = (path for pattern in _LIBRARIES for path in Path("/").glob(pattern.lstrip("/")))
    return str(next(found, ""))


@dataclass(frozen=True, kw_only=True, slots=True)
class JumpingClock:
    """A wall clock that processes see which were started with ``environment``; ``set`` moves it for them."""

    file: Path

    def set(self, offset: str) -> None:
        """``+0``, ``+3600``, ``-86400`` (seconds), ``+0 x2`` (and a rate)."""
        draft = self.file.with_suffix(".draft")
        draft.write_text(f"{offset}\n", encoding="ascii")
        draft.replace(self.file)

    def environment(self, *, monotonic: bool = False) -> dict[str, str]:
        """What to add to a process's environment; ``monotonic`` moves that clock too."""
        loaded = os.environ.get("LD_PRELOAD", "")
        found = {
            "LD_PRELOAD": " ".join(filter(None, [library(), loaded])),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
        }
        return found if monotonic else found | {"FAKETIME_DONT_FAKE_MONOTONIC": "1"}
