"""A match service in memory: two lists, five tokens, a sandbox that opens nothing; parts may be replaced."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tutela.detect.fingerprints.fakes import FakeAnswer, FakePool
from tutela.detect.fingerprints.shapes import Fingerprint
from tutela.detect.matching.memory import MemoryList
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.media.held import Held
from tutela.detect.media.shapes import WEB, Limits, MediaFacts, Trouble
from tutela.detect.scan.recipe import Recipe
from tutela.detect.service.app import build
from tutela.detect.service.bodies import Body
from tutela.detect.service.changes import MemoryChangeLog
from tutela.detect.service.fetched import Fetches
from tutela.detect.service.hooks import Hooks
from tutela.detect.service.matcher import Matcher
from tutela.detect.service.outside.panel import Panel
from tutela.detect.service.probing import CutOff
from tutela.detect.service.roles import Caller, CallerLimits, Role
from tutela.detect.service.running import Service
from tutela.detect.service.settings import ServiceSettings
from tutela.kernel.clock import Clock, FixedClock
from tutela.kernel.errors import Refused, Unavailable

with warnings.catch_warnings():  # it asks for httpx2, and does the same with the httpx that is here
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

START = datetime(2026, 5, 1, 12, tzinfo=UTC)
LISTED_PDQ = bytes(range(32))
LISTED_SHA256 = b"\x5a" * 32
LISTED_MD5 = b"\x3c" * 16
ROLES: tuple[Role, ...] = ("match", "detail", "curate", "statistics")


@contextmanager
def upload(data: bytes) -> Iterator[Body]:
    """An upload that was received."""
    held = Held(len(data))
    try:
        held.write(data)
        held.seal()
        yield Body.of(held)
    finally:
        held.close()


def header(name: str = "demo", **said: Any) -> ListHeader:
    return ListHeader(name=name, version="7", legal_class="csam", created=START, **said)


def entries() -> list[ListEntry]:
    return [
        ListEntry(entry="e1", kind="pdq", value=LISTED_PDQ, quality=100),
        ListEntry(entry="e1", kind="md5", value=LISTED_MD5),
        ListEntry(entry="e2", kind="sha256", value=LISTED_SHA256, legal_class="generated_csam"),
    ]


@dataclass(kw_only=True)
class FakeShelf:
    """Lists in memory; what it says of itself can be set."""

    kept: dict[str, MemoryList] = field(default_factory=dict)
    sequence: int = 12
    behind_seconds: float = 0.0
    holds: tuple[str, ...] = ()
    old: tuple[str, ...] = ()

    @property
    def seen(self) -> int:
        return self.sequence

    def stale(self) -> tuple[str, ...]:
        return self.old

    def names(self) -> tuple[str, ...]:
        return tuple(self.kept)

    def lists(self, names: Sequence[str] = ()) -> tuple[MemoryList, ...]:
        return tuple(one for name, one in self.kept.items() if not names or name in names)

    def applied(self) -> FakeShelf:
        return self


class FakeTokens:
    """The token of a role is its name; ``slow`` may ask once a second."""

    def __init__(self) -> None:
        self._callers = {
            str(role): Caller(name=role, roles=frozenset([role]), purpose="test") for role in ROLES
        }
        limits = CallerLimits(queries_per_second=1.0)
        self._callers["slow"] = Caller(name="slow", roles=frozenset(["match"]), purpose="test", limits=limits)

    def caller(self, untrusted_token: str) -> Caller:
        if untrusted_token not in self._callers:
            raise Refused("no valid token was given")
        return self._callers[untrusted_token]


@dataclass(kw_only=True)
class FakeWatch:
    """Remembers what it is told; cuts off after ``most`` queries."""

    most: int = 1_000
    told: list[tuple[str, int, bool]] = field(default_factory=list)

    def admit(self, caller: Caller, *, now_seconds: float) -> None:
        if len(self.told) > self.most:
            raise CutOff("cut off")

    def query(
        self,
        caller: Caller,
        prints: Sequence[Fingerprint],
        *,
        met: bool,
        now_seconds: float,
        met_forms: Collection[str] = (),
    ) -> None:
        self.told.append((caller.name, len(prints), met))
        if len(self.told) > self.most:
            raise CutOff("cut off")


def opened(content: bytes) -> FakeAnswer:
    """What the fake sandbox says: ``broken`` and ``bomb`` are pictures in trouble, ``text`` is no media."""
    facts = MediaFacts(container="jpeg")
    if content.startswith(b"broken"):
        return FakeAnswer(facts=facts, trouble=Trouble(kind="unreadable", reason="the file is cut off"))
    if content.startswith(b"bomb"):
        return FakeAnswer(facts=facts, trouble=Trouble(kind="refused", reason="too many pixels"))
    if content.startswith(b"text"):
        return FakeAnswer(trouble=Trouble(kind="not_media", reason="an ordinary file"))
    return FakeAnswer(facts=facts)


def shelf(**lists: MemoryList) -> FakeShelf:
    return FakeShelf(kept=lists or {"demo": MemoryList(header(), entries())})


def service(
    *,
    pool: Any = None,
    lists: FakeShelf | None = None,
    watch: FakeWatch | None = None,
    settings: ServiceSettings | None = None,
    clock: Clock | None = None,
    limits: Limits = WEB,
    look_seconds_max: float = 60.0,
    processes: int = 1,
    hooks: Hooks | None = None,
    panel: Panel | None = None,
    fetches: Fetches | None = None,
) -> Service:
    """A service over fakes, but for what is given."""
    clock = FixedClock(START) if clock is None else clock
    kept = shelf() if lists is None else lists
    sandbox = FakePool(opened) if pool is None else pool
    recipe = Recipe(profile="web")
    return Service(
        settings=ServiceSettings() if settings is None else settings,
        tokens=FakeTokens(),
        shelf=kept,
        matcher=Matcher(kept, recipe, sandbox, clock=clock, look_seconds_max=look_seconds_max),
        log=MemoryChangeLog(),
        watch=FakeWatch() if watch is None else watch,
        clock=clock,
        limits=limits,
        processes=processes,
        hooks=hooks,
        panel=panel,
        fetches=fetches,
    )


def client(running: Service | None = None, *, token: str = "detail") -> TestClient:
    """A client of the whole application, with a token unless it is empty."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return TestClient(build(running or service()), headers=headers, raise_server_exceptions=False)


def near(value: bytes, bits: int) -> bytes:
    """``value`` with its first ``bits`` bits turned."""
    number = int.from_bytes(value, "big")
    return (number ^ ((1 << bits) - 1)).to_bytes(len(value), "big")


class NoPool:
    """A sandbox in which no worker starts."""

    def examine(self, *_args: object, **_named: object) -> Any:
        raise Unavailable("no media worker could be started", retry_after_seconds=5)

    def borrow(self, kind: str) -> Any:
        raise Unavailable(f"no {kind} worker could be started")

    @property
    def missing_layers(self) -> tuple[str, ...]:
        raise Unavailable("no media worker could be started")
