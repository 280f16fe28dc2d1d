"""Both sides of bar 2 of the match service: our HMA routes in process, and HMA's answers by its own library.

``Theirs`` is threatexchange's hasher and index behind the rules of HMA's look-up (enabled contents, share
by coin, banks asked for), written after its documentation. ``Ours`` is the whole service over the same
banks: change log, follower, live lists, sandbox.
"""

from __future__ import annotations

import random
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.applications import Starlette

from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.media.pool import MediaPool
from tutela.detect.media.shapes import PdqMode
from tutela.detect.scan.recipe import Recipe
from tutela.detect.service.changes import Draft, MemoryChangeLog
from tutela.detect.service.follower import Follower
from tutela.detect.service.hma.contents import carried_entry
from tutela.detect.service.hma.routes import routes
from tutela.detect.service.hma.rules import HmaRules
from tutela.detect.service.hma.signals import SIGNALS
from tutela.detect.service.matcher import Matcher
from tutela.detect.service.problems import HANDLERS
from tutela.detect.service.roles import Caller, CallerLimits
from tutela.detect.service.running import Service
from tutela.detect.service.settings import ServiceSettings
from tutela.detect.service.shelf import Shelf
from tutela.kernel.clock import FixedClock, SystemClock


@dataclass(frozen=True, kw_only=True)
class Question:
    """One request as HMA's clients send it: a query, a JSON body, or a file in a field."""

    group: str
    variant: str
    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    file: bytes | None = None
    #: Content that the file is a copy of, 0 for none.
    copy_of: int = 0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Status and JSON; of an error only the status counts, since its words are free."""

    status: int
    said: Any = None


@dataclass(kw_only=True)
class Banks:
    """What both sides know: content -> (bank, signals), switched-off contents, shares of banks."""

    contents: dict[int, tuple[str, dict[str, str]]] = field(default_factory=dict)
    disabled: set[int] = field(default_factory=set)
    ratios: dict[str, float] = field(default_factory=dict)


class Theirs:
    """HMA's answers."""

    def __init__(self, banks: Banks) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from threatexchange.signal_type.md5 import VideoMD5Signal
            from threatexchange.signal_type.pdq.signal import PdqSignal
        self._banks = banks
        self._types: dict[str, Any] = {"pdq": PdqSignal, "video_md5": VideoMD5Signal}
        self._indexes = {
            name: kind.get_index_cls().build(self._values(name)) for name, kind in self._types.items()
        }

    def _values(self, name: str) -> list[tuple[str, int]]:
        found = self._banks.contents.items()
        return [(signals[name], number) for number, (_, signals) in found if name in signals]

    def hashed(self, content: bytes) -> str:
        """The library's PDQ; empty when its quality is below 50. Raises what its decoder raises."""
        return str(self._types["pdq"].hash_from_bytes(content))

    def answer(self, question: Question) -> Answer:
        """Status and JSON of HMA."""
        try:
            return self._answer(question)
        except ValueError:
            return Answer(status=400)
        except Exception:  # noqa: BLE001 - whatever a decoder raises is HMA's 500
            return Answer(status=500)

    def _answer(self, question: Question) -> Answer:
        if question.path == "/m/compare":
            return Answer(
                status=200, said={name: self._compared(name, *pair) for name, pair in question.body.items()}
            )
        if question.file is None:
            name = question.params["signal_type"]
            if name not in self._types:
                raise ValueError("no such type")
            found = self._met(name, question.params["signal"])
            return Answer(
                status=200,
                said=self._raw(found, question) if "raw" in question.path else self._by_bank(found, question),
            )
        name = "video_md5" if question.variant == "film" else "pdq"
        value = str(self._types[name].hash_from_bytes(question.file))
        if question.path == "/h/hash":
            return Answer(status=200, said={name: value})
        return Answer(status=200, said={name: self._by_bank(self._met(name, value), question)})

    def _compared(self, name: str, left: str, right: str) -> list[Any]:
        kind = self._types[name]
        match, distance = kind.compare_hash(kind.validate_signal_str(left), kind.validate_signal_str(right))
        bits = getattr(distance, "distance", None)
        return [match, {} if bits is None else {"distance": bits}]

    def _met(self, name: str, signal: str) -> dict[int, str]:
        """Content -> distance, all that the index finds."""
        value = self._types[name].validate_signal_str(signal)
        results = self._indexes[name].query(value)
        return {result.metadata: result.similarity_info.pretty_str() for result in results}

    def _raw(self, found: Mapping[int, str], question: Question) -> dict[str, Any]:
        banks = question.params.get("banks", "")
        kept = {
            number: distance
            for number, distance in found.items()
            if not banks or self._banks.contents[number][0] in banks.split(",")
        }
        if question.params.get("include_distance") == "true":
            return {"matches": [{"bank_content_id": number, "distance": far} for number, far in kept.items()]}
        return {"matches": list(kept)}

    def _by_bank(self, found: Mapping[int, str], question: Question) -> dict[str, Any]:
        coin = random.Random(question.params.get("seed")).random()
        coin = 0.0 if question.params.get("bypass_coinflip") == "true" else coin
        banks = question.params.get("banks", "")
        answer: dict[str, list[dict[str, Any]]] = {}
        for number, distance in found.items():
            bank = self._banks.contents[number][0]
            asked = not banks or bank in banks.split(",")
            if asked and number not in self._banks.disabled and self._banks.ratios[bank] >= coin:
                answer.setdefault(bank, []).append({"bank_content_id": number, "distance": distance})
        return answer


class _Tokens:
    """One caller with raised limits: the proof asks faster than a platform."""

    def caller(self, untrusted_token: str) -> Caller:
        """The caller, whatever the token."""
        limits = CallerLimits(
            queries_per_second=1e6, queries_per_day=10**9, family_queries_per_day=10**6, raised=True
        )
        return Caller(name="proof", roles=frozenset(["detail", "curate"]), purpose="bar 2", limits=limits)


class _Watch:
    """Watches nobody: bar 7 measures the watch."""

    def admit(self, caller: Caller, *, now_seconds: float) -> None:
        """Lets everybody in."""

    def query(
        self, caller: Caller, prints: Any, *, met: bool, now_seconds: float, met_forms: Any = ()
    ) -> None:
        """Lets everybody ask."""


class Ours:
    """The service over the same banks; ``close`` ends it."""

    def __init__(self, folder: Path, banks: Banks, mode: PdqMode) -> None:
        self._pool = MediaPool()
        log = MemoryChangeLog()
        for draft in _drafts(banks):
            log.append(draft)
        clock = FixedClock(SystemClock().now())  # nothing follows the log any more: time stands still with it
        with Follower(log, folder, clock=clock) as follower:
            while follower.step():
                pass
        self._shelf = Shelf(folder, clock=clock)
        service = Service(
            settings=ServiceSettings(),
            tokens=_Tokens(),
            shelf=self._shelf,
            matcher=Matcher(self._shelf, Recipe(profile="web", pdq_mode=mode), self._pool),
            log=log,
            watch=_Watch(),
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from starlette.testclient import TestClient
        app = Starlette(routes=routes(service, HmaRules(enabled=True)), exception_handlers=HANDLERS)
        self._client = TestClient(app, raise_server_exceptions=False)

    def answer(self, question: Question) -> Answer:
        """Status and JSON of our routes."""
        sent: dict[str, Any] = {}
        if question.file is not None:
            name = "video" if question.variant == "film" else "photo"
            sent["files"] = {name: ("file", question.file)}
        if question.body is not None:
            sent["json"] = question.body
        answer = self._client.request(
            question.method, f"/hma/token{question.path}", params=dict(question.params), **sent
        )
        good = answer.status_code == 200
        return Answer(status=answer.status_code, said=answer.json() if good else None)

    def close(self) -> None:
        """Ends the sandbox's workers."""
        self._shelf.close()
        self._pool.close()


def _drafts(banks: Banks) -> list[Draft]:
    """The banks as changes, contents under their own numbers as ``tutela import hma`` writes them."""
    now = SystemClock().now()
    drafts = []
    for bank, ratio in banks.ratios.items():
        header = ListHeader(name=bank, version="1", legal_class="csam", created=now)
        rows = tuple(
            ListEntry(entry=carried_entry(number), kind=SIGNALS[name].kind, value=bytes.fromhex(value))
            for number, (owner, signals) in banks.contents.items()
            if owner == bank
            for name, value in signals.items()
        )
        off = tuple(
            carried_entry(number) for number in sorted(banks.disabled) if banks.contents[number][0] == bank
        )
        drafts += [
            Draft(list=bank, act="create", caller="proof", header=header),
            Draft(list=bank, act="ratio", caller="proof", ratio=ratio),
            Draft(list=bank, act="add", caller="proof", entries=rows),
        ]
        if off:
            drafts.append(Draft(list=bank, act="disable", caller="proof", ids=off))
    return drafts
