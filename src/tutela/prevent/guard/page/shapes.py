"""What the page has to know of the guard that runs. Plain data and one protocol."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

#: What the guard does now.
State = Literal["on", "paused", "stopped"]
#: What is not right; the sentence for each is ``told.<word>`` of ``person.words``.
Trouble = Literal[
    "list_unusable",
    "classifier_unusable",
    "worker_failed",
    "disk_full",
    "not_trusted",
    "captive_portal",
    "clock_turned",
    "screen_unusable",
    "screen_refused",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Voter:
    """An organisation and its jurisdiction (ISO 3166-1)."""

    organisation: str
    jurisdiction: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ListInForce:
    """What a device list says of itself. ``perceptual``: it holds PDQ values, which could be extracted."""

    name: str
    version: int
    laws: tuple[str, ...]
    expires: datetime
    publisher: Voter
    votes: tuple[Voter, ...]
    perceptual: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """What was measured of a classifier (``recall``, ``false_blocks``, ``latency``), by whom and when."""

    what: str
    value: str
    by: str
    when: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassifierInForce:
    """What the model card of a classifier says. Its texts are as its makers wrote them, in English."""

    name: str
    version: str
    shows: str
    threshold: float
    figures: tuple[Figure, ...]


class Running(Protocol):
    """The guard that runs, as the page sees it. Every call returns at once, from any thread."""

    @property
    def port(self) -> int:
        """Where the proxy listens on loopback."""
        ...

    @property
    def release(self) -> str:
        """The release of the program."""
        ...

    def state(self) -> State:
        """What it does now. Once a call below has returned, what follows from that call."""
        ...

    def troubles(self) -> tuple[Trouble, ...]:
        """What is not right now, the most urgent first."""
        ...

    def certificate_days(self) -> int | None:
        """Days until the certificate of this device ends, where a new one is due; None where none is."""
        ...

    def lists(self) -> tuple[ListInForce, ...]:
        """The lists that are asked now."""
        ...

    def classifiers(self) -> tuple[ClassifierInForce, ...]:
        """The classifiers that are asked now."""
        ...

    def policy_changed(self) -> None:
        """Read the person's folder again: choices or pause have changed."""
        ...

    def forget_counts(self) -> None:
        """Forget what was counted and is not in the folder yet; whoever calls erases what is there."""
        ...

    def stop_now(self) -> None:
        """Let everything pass from the next connection on, also where the folder cannot be written."""
        ...

    def start_again(self) -> None:
        """End what ``stop_now`` began; the folder says already that it is no longer stopped."""
        ...
