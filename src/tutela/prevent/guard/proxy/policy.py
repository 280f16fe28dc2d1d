"""What the person chose about the network path, and its limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from tutela.prevent.guard.shapes import FILM_SECONDS, HOLD_SECONDS

#: Bytes of a body that are kept together, as they came and as they stand for. Beyond it what may be a
#: picture is held and any other download streamed. A quarter of the 64 MB that bar 5 gives a download,
#: since a body lies in memory up to three times while it is handed on.
BODY_BYTES_MAX: Final = 12 * 1024 * 1024
#: Bytes of a film that is kept together to be checked, and of all such films that are being fetched: at a
#: megabit a second six minutes. One lies in memory up to three times while it is handed on, so this is the
#: one kind of answer that may take more than the 64 MB of bar 5; a longer film is held and takes nothing.
FILM_BYTES_MAX: Final = 48 * 1024 * 1024
#: Threads that ask the judge about films. It looks at one at a time; the other has what was asked before.
FILMS_AT_ONCE: Final = 2
#: Films that wait for a thread or a ruling: a page of short loops has a dozen.
FILMS_WAITING_MAX: Final = 16
#: Threads that ask the judge. It decides in processes of its own; more threads than that only wait.
RULINGS_AT_ONCE: Final = 4
#: Pictures that wait for a thread or a ruling. At the 6 a page asks for at once, ten pages' worth.
RULINGS_WAITING_MAX: Final = 64
#: Of the seconds that a picture is held at most, those that its way through the proxy gets besides the
#: ruling (our own: some 10 ms on an idle machine, for a body that has to be passed on and answered).
WAY_SECONDS: Final = 0.1


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """``films``: held unseen, or checked and passed where nothing was found. ``segments``: pieces of streams,
    held or passed unseen. ``never_intercepted``: exact names of hosts, and ``*.suffix`` for all names below.

    ``intercepts`` is false while the person pauses, or stopped it: nothing is looked into then.
    """

    intercepts: bool = True
    films: Literal["hold", "check"] = "hold"
    segments: Literal["hold", "pass"] = "hold"
    never_intercepted: frozenset[str] = frozenset()
    hold_seconds: float = HOLD_SECONDS - WAY_SECONDS
    film_seconds: float = FILM_SECONDS
    body_bytes_max: int = BODY_BYTES_MAX
    film_bytes_max: int = FILM_BYTES_MAX
    rulings_at_once: int = RULINGS_AT_ONCE
    rulings_waiting_max: int = RULINGS_WAITING_MAX
    films_waiting_max: int = FILMS_WAITING_MAX

    @property
    def films_checked(self) -> bool:
        """Whether a film goes on after it was looked at."""
        return self.films == "check"

    @property
    def segments_pass(self) -> bool:
        """Whether pieces of streams go on without having been looked at."""
        return self.segments == "pass"

    def leaves_alone(self, host: str | None) -> bool:
        """Whether nothing that goes to ``host`` is looked into."""
        return not self.intercepts or left_alone(host, self.never_intercepted)


def left_alone(host: str | None, never_intercepted: frozenset[str]) -> bool:
    """Whether ``host`` is on the person's list of hosts that are never intercepted."""
    if not host:
        return False
    name = host.lower().rstrip(".")
    labels = name.split(".")
    suffixes = {"*." + ".".join(labels[at:]) for at in range(1, len(labels))}
    return not ({name} | suffixes).isdisjoint({one.lower().rstrip(".") for one in never_intercepted})
