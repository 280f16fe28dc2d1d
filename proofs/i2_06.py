"""Bar 6: schemathesis on the OpenAPI document, and malformed uploads: no 5xx but a declared 503, no restart.

Everything goes over loopback to ``tutela serve match`` as an operator starts it, and the numbers of its
processes are compared before and after: one that died is replaced by another number.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

import numpy as np
import requests  # noqa: TID251 - the sessions of schemathesis
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from proofs.figure import Figure, Progress, Tier, script
from proofs.i1_09 import archive_seeds, film_seeds
from proofs.match_service import MatchService, match_service
from tests.security.hostile import mutants, mutated
from tutela.detect.service import openapi
from tutela.detect.service.roles import CallerLimits
from tutela.kernel import log

BAR = "i2-6"
REPLAY = "make proofs BAR=i2-6"
SEED = 20_261_122
#: Cases of schemathesis for each operation, kind of data and choice of path; about 16,000 and 500 in all.
CASES: dict[Tier, int] = {"full": 300, "ci": 8}
#: Malformed uploads (the issue asks for 10,000), and how many of a hundred are of each kind.
UPLOADS: dict[Tier, int] = {"full": 10_000, "ci": 500}
SHARES = {"picture": 50, "film": 5, "archive": 10, "noise": 10, "question": 15, "change": 10}
LIST, ENTRY = "/v1/lists/hotline", "/v1/lists/hotline/entries/ent_1"
#: Path of what stands; other paths are schemathesis' own.
KNOWN = {"list": "hotline", "entry": "ent_1"}
DOCUMENT = openapi.document()
#: Seconds that an answer, and that a change on its way to every process, may take on a busy machine.
TIMEOUT_SECONDS, LIVE_SECONDS = 120, 10


@dataclass
class Seen:
    """Statuses by operation, and what must not be."""

    statuses: dict[str, Counter[str]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)

    def note(self, operation: str, status: int, declared: set[str], what: str) -> None:
        """Take note of one answer; ``what`` says how to see it again."""
        self.statuses.setdefault(operation, Counter())[str(status)] += 1
        if status >= 500 and not (status == 503 and "503" in declared):
            self.wrong.append(f"{operation}: {status}: {what}")
        elif str(status) not in declared:
            self.unnamed.append(f"{operation}: {status}: {what}")

    def as_json(self) -> dict[str, Any]:
        """For ``Progress``."""
        return {
            "statuses": {name: dict(found) for name, found in self.statuses.items()},
            "wrong": self.wrong[:50],
            "wrong_count": len(self.wrong),
            "unnamed": self.unnamed[:50],
            "unnamed_count": len(self.unnamed),
        }


@dataclass(frozen=True, kw_only=True)
class Running:
    """The service, and a session whose token may do everything."""

    service: MatchService
    session: requests.Session
    processes: frozenset[int]

    def ask(self, method: str, path: str, **given: Any) -> requests.Response:
        """The answer to one request."""
        return self.session.request(method, self.service.address + path, timeout=TIMEOUT_SECONDS, **given)

    def answers(self) -> bool:
        """Whether the service is well: it lives, is ready, and knows what it was told."""
        self.reset()
        question = DOCUMENT["paths"]["/v1/match"]["post"]["requestBody"]["content"]["application/json"]
        asked = partial(self.ask, "POST", "/v1/match", json=question["examples"]["fingerprints"]["value"])
        well = [self.ask("GET", path).status_code == 200 for path in ("/health", "/ready")]
        return all(well) and _comes(lambda: asked().json().get("status") == "candidate")

    def restarts(self) -> int:
        """Processes of the service that are no longer there."""
        return len(self.processes - self.service.processes())

    def reset(self) -> None:
        """The list and the entry that the known paths name are there, and not silenced."""
        document = DOCUMENT["paths"]
        for path, address in (("/v1/lists/{list}", LIST), ("/v1/lists/{list}/entries/{entry}", ENTRY)):
            body = document[path]["put"]["requestBody"]["content"]["application/json"]["example"]
            self.ask("PUT", address, json=body)
        self.ask("POST", f"{ENTRY}/enable")  # an upload with another date may well have silenced it


def _comes(reached: Callable[[], bool]) -> bool:
    """Whether it comes true while a change goes live."""
    deadline = time.monotonic() + LIVE_SECONDS
    while not (here := reached()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return here


@contextmanager
def running() -> Iterator[Running]:
    """The service over an empty folder."""
    limits = CallerLimits(
        queries_per_second=1e6, queries_per_day=10**9, family_queries_per_day=10**9, raised=True
    )
    with match_service({}) as service, requests.Session() as session:
        token = service.token("fuzz", roles=("detail", "curate", "statistics"), limits=limits)
        session.headers["Authorization"] = f"Bearer {token}"
        yield Running(service=service, session=session, processes=service.processes())


def fuzz(cases: int) -> dict[str, Any]:
    """What schemathesis got from every operation, with data that fits the schema and data that does not."""
    seen = Seen()
    with running() as here:
        served = here.ask("GET", "/openapi.json").json()
        for found in schemathesis.openapi.from_dict(served).get_all_operations():
            operation = cast(Any, found).ok()
            for chosen in _paths(operation.path):
                for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                    here.reset()
                    strategy = operation.as_strategy(mode, path_parameters=chosen)
                    _ask(strategy, cases, partial(_asked, here, seen))
        return seen.as_json() | {"restarts": here.restarts()}


def _paths(path: str) -> list[dict[str, str] | None]:
    """Paths of schemathesis' own choice, and where there is one, the path to what stands."""
    known = {name: one for name, one in KNOWN.items() if f"{{{name}}}" in path}
    return [None, known] if known else [None]


def _asked(here: Running, seen: Seen, case: Any) -> None:
    operation = case.operation
    declared = set(DOCUMENT["paths"][operation.path][operation.method]["responses"])
    answer = case.call(base_url=here.service.address, session=here.session, timeout=TIMEOUT_SECONDS)
    name = f"{operation.method.upper()} {operation.path}"
    seen.note(name, answer.status_code, declared | {"405"}, case.as_curl_command()[:500])


def _ask(strategy: Any, cases: int, ask: Callable[[Any], None]) -> None:
    @settings(
        max_examples=cases,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def each(case: Any) -> None:
        ask(case)

    with suppress(Unsatisfiable):  # nothing can be wrong where nothing is sent
        each()


def questions() -> dict[str, bytes]:
    """Sound bodies of questions and changes, by the address they go to."""
    found = {}
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            content = operation.get("requestBody", {}) if method != "parameters" else {}
            for one in content.get("content", {}).values():
                examples = [one["example"]] if "example" in one else []
                examples += [named["value"] for named in one.get("examples", {}).values()]
                for example in examples:
                    found[f"{method.upper()} {path}"] = json.dumps(example).encode()
    return found


def uploads(count: int) -> Iterator[tuple[str, str, dict[str, str], bytes]]:
    """(name, operation, headers, body) of ``count`` malformed uploads; the name replays one."""
    number = {kind: count * share // 100 for kind, share in SHARES.items()}
    raw = {"Content-Type": "application/octet-stream"}
    seeds = {"picture": None, "film": film_seeds, "archive": archive_seeds}
    for kind, make in seeds.items():
        found = (
            mutants(number[kind], seed=SEED) if make is None else mutants(number[kind], seed=SEED, sound=make)
        )
        for name, data in found:
            yield f"{kind} {name}", "POST /v1/match", raw, data
    yield from noise(number["noise"])
    bodies = questions()
    asked = {key: one for key, one in bodies.items() if "/match" in key}
    changed = {key: one for key, one in bodies.items() if "/match" not in key}
    for kind, sound in (("question", asked), ("change", changed)):
        for name, data in mutants(number[kind], seed=SEED, sound=partial(dict, sound)):
            yield f"{kind} {name}", name.split(":", 2)[2], {"Content-Type": "application/json"}, data


TYPES = (
    "application/octet-stream",
    "application/json",
    "application/json; charset=utf-16",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "image/jpeg",
    "text/plain",
    "x" * 300,
    "",
)


def noise(count: int) -> Iterator[tuple[str, str, dict[str, str], bytes]]:
    """Random bytes of any length, none included, under any content type, encoded or so it says."""
    for number in range(count):
        random = np.random.default_rng([SEED, number])
        data = random.bytes(int(random.integers(0, 1 << int(random.integers(1, 17)))))
        headers = {"Content-Type": TYPES[int(random.integers(len(TYPES)))]}
        if number % 5 == 0:
            headers["Content-Encoding"] = "gzip"
        yield f"noise {SEED}:{number}", "POST /v1/match", headers, mutated(data, random) if data else data


def send(count: int) -> dict[str, Any]:
    """What became of every malformed upload, and whether the service still answers rightly afterwards."""
    seen = Seen()
    with running() as here:
        here.reset()
        for name, operation, headers, body in uploads(count):
            method, path = operation.split(" ")
            declared = set(DOCUMENT["paths"][path][method.lower()]["responses"])
            address = path.replace("{list}", "hotline").replace("{entry}", "ent_1")
            answer = here.ask(method, address, headers=headers, data=body)
            seen.note(f"{name.split(' ')[0]}: {operation}", answer.status_code, declared, name)
        return seen.as_json() | {"answers_afterwards": here.answers(), "restarts": here.restarts()}


def record(figure: Figure, name: str, row: dict[str, Any]) -> None:
    """Lines for one of the two runs."""
    count = sum(number for found in row["statuses"].values() for number in found.values())
    figure.count(name, count)
    figure.record(f"{name}: answers", count, "answers")
    figure.record(f"{name}: 5xx but a declared 503", row["wrong_count"], "answers", "== 0")
    figure.record(
        f"{name}: declared 503", sum(found.get("503", 0) for found in row["statuses"].values()), "answers"
    )
    figure.record(
        f"{name}: a status that the document does not name", row["unnamed_count"], "answers", "== 0"
    )
    figure.record(f"{name}: processes of the service that ended", row["restarts"], "restarts", "== 0")
    figure.table(f"{name}: statuses by operation", row["statuses"])
    for what in (*row["wrong"], *row["unnamed"]):
        figure.failure(REPLAY, what)


def main(tier: Tier) -> int:
    """Measure the bar; 0 when it is met."""
    log.configure(level="error")
    figure, steps = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    record(figure, "schemathesis", steps.step("fuzz", partial(fuzz, CASES[tier])))
    sent = steps.step("uploads", partial(send, UPLOADS[tier]))
    record(figure, "malformed uploads", sent)
    figure.record("malformed uploads sent", figure.n["malformed uploads"], "uploads", f">= {UPLOADS[tier]}")
    figure.record("the service answers afterwards", sent["answers_afterwards"], "", "== 1")
    figure.note(
        "restarts are of service processes and the follower; a sandboxed media worker may be replaced"
    )
    outcome = figure.save()
    steps.finish()
    return outcome


if __name__ == "__main__":
    script(main)
