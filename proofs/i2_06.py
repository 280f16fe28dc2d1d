"""Bar 6: schemathesis on the OpenAPI document, and malformed uploads: no 5xx but a declared 503, no restart.

The whole application runs in this process: real sandbox, real lists, a follower that applies each change at
once. Everything after the network is what ``tutela serve match`` answers with.
"""

from __future__ import annotations

import json
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, cast

import numpy as np
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.python.asgi import get_client
from starlette.applications import Starlette

from proofs.figure import Figure, Progress, Tier, script
from proofs.i1_09 import archive_seeds, film_seeds
from tests.own_service import FollowedLog
from tests.security.hostile import mutants, mutated
from tutela.detect.media.pool import MediaPool
from tutela.detect.scan.recipe import Recipe
from tutela.detect.service import openapi
from tutela.detect.service.app import build
from tutela.detect.service.assembly import TOKENS, assembled
from tutela.detect.service.roles import CallerLimits, Role
from tutela.detect.service.running import Service
from tutela.detect.service.settings import ServiceSettings
from tutela.detect.service.token_file import Wanted, issue
from tutela.kernel import log
from tutela.kernel.clock import SystemClock

with warnings.catch_warnings():  # it asks for httpx2, and does the same with the httpx that is here
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

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
    """The application, what it runs on, and a client with a token that may do everything."""

    app: Starlette
    service: Service
    client: TestClient
    headers: dict[str, str]
    changes: FollowedLog

    def answers(self) -> bool:
        """Whether the service is well: it lives, is ready, and knows what it was told."""
        self.client.post(f"{ENTRY}/enable")  # an upload with another date may well have silenced it
        self.changes.follower.step()  # its word that nothing is left to do
        question = DOCUMENT["paths"]["/v1/match"]["post"]["requestBody"]["content"]["application/json"]
        said = self.client.post("/v1/match", json=question["examples"]["fingerprints"]["value"])
        well = [self.client.get(path).status_code == 200 for path in ("/health", "/ready")]
        return all(well) and said.status_code == 200 and said.json()["status"] == "candidate"

    def reset(self) -> None:
        """The list and the entry that the known paths name are there."""
        document = DOCUMENT["paths"]
        for path, address in (("/v1/lists/{list}", LIST), ("/v1/lists/{list}/entries/{entry}", ENTRY)):
            body = document[path]["put"]["requestBody"]["content"]["application/json"]["example"]
            self.client.put(address, json=body)


@contextmanager
def running() -> Iterator[Running]:
    """The service over an empty folder."""
    with tempfile.TemporaryDirectory() as name:
        folder, clock = Path(name, "match"), SystemClock()
        folder.mkdir(mode=0o700)
        limits = CallerLimits(
            queries_per_second=1e6, queries_per_day=10**9, family_queries_per_day=10**9, raised=True
        )
        roles: tuple[Role, ...] = ("detail", "curate", "statistics")
        wanted = Wanted(name="fuzz", roles=roles, purpose="measurement of bar i2-6", days=1, limits=limits)
        token, _ = issue(folder / TOKENS, wanted, clock.now())
        changes = FollowedLog(folder)
        service = assembled(ServiceSettings(), Recipe(profile="web"), folder, log=changes)
        app, headers = build(service), {"Authorization": f"Bearer {token}"}
        client = TestClient(app, headers=headers, raise_server_exceptions=False)
        try:
            yield Running(app=app, service=service, client=client, headers=headers, changes=changes)
        finally:
            changes.follower.close()
            service.close()


def fuzz(cases: int) -> dict[str, Any]:
    """What schemathesis got from every operation, with data that fits the schema and data that does not."""
    seen = Seen()
    with running() as here, get_client(cast(Any, here.app)) as session:
        for found in schemathesis.openapi.from_asgi("/openapi.json", here.app).get_all_operations():
            operation = cast(Any, found).ok()
            for chosen in _paths(operation.path):
                for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                    here.reset()
                    strategy = operation.as_strategy(mode, path_parameters=chosen)
                    _ask(strategy, cases, partial(_asked, here, seen, session))
    return seen.as_json()


def _paths(path: str) -> list[dict[str, str] | None]:
    """Paths of schemathesis' own choice, and where there is one, the path to what stands."""
    known = {name: one for name, one in KNOWN.items() if f"{{{name}}}" in path}
    return [None, known] if known else [None]


def _asked(here: Running, seen: Seen, session: Any, case: Any) -> None:
    operation = case.operation
    declared = set(DOCUMENT["paths"][operation.path][operation.method]["responses"])
    answer = case.call(headers=here.headers, session=session)
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
            answer = here.client.request(method, address, headers=headers, content=body)
            seen.note(f"{name.split(' ')[0]}: {operation}", answer.status_code, declared, name)
        counts = cast(MediaPool, here.service.matcher.pool).counts
        workers = {"killed": counts.killed, "slow": counts.slow, "lied": counts.protocol_faults}
        return seen.as_json() | {"answers_afterwards": here.answers(), "workers": workers}


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
    for name, number in sent["workers"].items():
        figure.record(f"media workers replaced: {name}", number, "workers")
    figure.note("one process answered all of it: a fault that ends the service would have ended the run")
    outcome = figure.save()
    steps.finish()
    return outcome


if __name__ == "__main__":
    script(main)
