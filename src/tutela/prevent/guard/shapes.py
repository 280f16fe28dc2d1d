"""What is decided about one picture, by whom and by which tier. Plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

#: What stopped a picture. ``undecided`` is every failure: it stops as well as a match does.
Tier = Literal["exact", "near", "class", "undecided"]
#: On which of its two paths the guard met a picture.
Path = Literal["network", "screen"]
#: Why, in a word that a page can explain. None of them tells which entry or whose list matched.
Why = Literal[
    "clear",  # no tier stopped it
    "listed",
    "classified",
    "too_slow",
    "too_large",
    "unreadable",
    "unknown_kind",
    "worker_failed",
    "list_unusable",
    "classifier_unusable",
    "overloaded",
]

#: Seconds that a picture is held at most before the placeholder takes its place (bar 3 of the guard).
HOLD_SECONDS = 1.5
#: Seconds that a film is held at most once all of it is here (our own): key frames of some minutes of film
#: are looked at in that time on one core, and a person waits longer for a film than for a picture.
FILM_SECONDS = 8.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """What became of one picture. ``tier`` is None exactly where it is shown."""

    tier: Tier | None
    why: Why

    @property
    def shown(self) -> bool:
        """Whether the picture may go on to the browser."""
        return self.tier is None


#: The one ruling with which a picture goes on.
SHOWN = Ruling(tier=None, why="clear")


def undecided(why: Why) -> Ruling:
    """The ruling for whatever failed: held."""
    return Ruling(tier="undecided", why=why)


class Judge(Protocol):
    """Decides about pictures. Thread-safe."""

    def rule(self, untrusted_content: bytes, *, within_seconds: float = HOLD_SECONDS) -> Ruling:
        """The ruling on one file's bytes, at most ``within_seconds`` later.

        Never raises and never passes what it could not decide: every fault is ``undecided``.
        """
        ...

    def close(self) -> None:
        """Ends what it started. Safe to call twice."""
        ...
