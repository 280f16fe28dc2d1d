"""What the person chose about the network path, and its limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from tutela.prevent.guard.shapes import HOLD_SECONDS

#: Bytes of a body that are kept together, as they came and as they stand for. Beyond it what may be a
#: picture is held and any other download streamed. A quarter of the 64 MB that bar 5 gives a download,
#: since a body lies in memory up to three times while it is handed on.
BODY_BYTES_MAX: Final = 12 * 1024 * 1024
#: Threads that ask the judge. It decides in processes of its own; more threads than that only wait.
RULINGS_AT_ONCE: Final = 4
#: Pictures that wait for a thread or a ruling. At the 6 a page asks for at once, ten pages' worth.
RULINGS_WAITING_MAX: Final = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """``never_intercepted``: exact names of hosts, and ``*.suffix`` for every name below a suffix.

    ``intercepts`` is false while the person pauses, or stopped it: nothing is looked into then.
    """

    intercepts: bool = True
    films: Literal["hold", "pass"] = "hold"
    never_intercepted: frozenset[str] = frozenset()
    hold_seconds: float = HOLD_SECONDS
    body_bytes_max: int = BODY_BYTES_MAX
    rulings_at_once: int = RULINGS_AT_ONCE
    rulings_waiting_max: int = RULINGS_WAITING_MAX

    @property
    def films_pass(self) -> bool:
        """Whether films go on without having been looked at."""
        return self.films == "pass"

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
