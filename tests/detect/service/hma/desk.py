"""A match service with HMA's shape over a real data folder: change log, follower, lists; asked in process."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any

from PIL import Image
from starlette.applications import Starlette
from starlette.middleware import Middleware

from tests.detect.service.making import FakeWatch, opened
from tutela.demo.pictures import landscape
from tutela.detect.fingerprints.fakes import FakePool
from tutela.detect.scan.recipe import Recipe
from tutela.detect.service.access_log import Recorded
from tutela.detect.service.changes import Draft, MemoryChangeLog
from tutela.detect.service.follower import Follower
from tutela.detect.service.hma.routes import routes
from tutela.detect.service.hma.rules import HmaRules
from tutela.detect.service.matcher import Matcher
from tutela.detect.service.problems import HANDLERS
from tutela.detect.service.roles import Caller
from tutela.detect.service.running import Service
from tutela.detect.service.settings import ServiceSettings
from tutela.detect.service.shelf import Shelf
from tutela.kernel.errors import Refused

with warnings.catch_warnings():  # it asks for httpx2, and does the same with the httpx that is here
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

RULES = HmaRules(enabled=True)
ROLES: dict[str, list[Any]] = {"all": ["detail", "curate"], "asker": ["detail"], "match": ["match"]}


class StepLog(MemoryChangeLog):
    """A log whose follower takes each change up at once, as another process does within 50 ms."""

    follower: Follower | None = None

    def append(self, draft: Draft) -> int:
        sequence = super().append(draft)
        if self.follower is not None:
            self.follower.step()
        return sequence


class Tokens:
    """The token of a caller is its name."""

    def caller(self, untrusted_token: str) -> Caller:
        if untrusted_token not in ROLES:
            raise Refused("no valid token was given")
        return Caller(name=untrusted_token, roles=frozenset(ROLES[untrusted_token]), purpose="a test")


class Desk:
    """The service and a client of it. ``pool`` opens uploads; without one nothing is a picture."""

    def __init__(self, folder: Path, *, pool: Any = None, rules: HmaRules = RULES, **settings: Any) -> None:
        self.log, self.watch = StepLog(), FakeWatch(most=1_000_000)
        self.follower = Follower(self.log, folder)
        self.follower.step()
        self.log.follower = self.follower
        self.shelf = Shelf(folder)
        self.service = Service(
            settings=ServiceSettings(**settings),
            tokens=Tokens(),
            shelf=self.shelf,
            matcher=Matcher(self.shelf, Recipe(profile="web"), FakePool(opened) if pool is None else pool),
            log=self.log,
            watch=self.watch,
        )
        found = routes(self.service, rules)
        self.service.figures.know_routes(one.name for one in found)  # type: ignore[attr-defined]  # all are Route
        recorded = Middleware(Recorded, figures=self.service.figures, routes=found, clock=self.service.clock)
        app = Starlette(routes=found, exception_handlers=HANDLERS, middleware=[recorded])
        self.client = TestClient(app, base_url="http://service", raise_server_exceptions=False)

    def close(self) -> None:
        """Lets go of follower and lists; the pool is the caller's."""
        self.follower.close()
        self.shelf.close()

    def ask(self, method: str, path: str, *, token: str = "all", **said: Any) -> Any:
        """The answer to one request below the token."""
        return self.client.request(method, f"/hma/{token}{path}", **said)

    def get(self, path: str, **params: Any) -> Any:
        """The JSON of an answer that is 200."""
        answer = self.ask("GET", path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def send(self, path: str, content: bytes, *, field: str = "photo", **said: Any) -> Any:
        """The answer to an upload."""
        return self.ask("POST", path, files={field: ("x.bin", content)}, **said)

    def bank(self, name: str = "SHOP", **signals: str) -> int:
        """The number of a new content with these signals, in a bank that is made if need be."""
        if name not in self.shelf.names():
            assert self.ask("POST", "/c/banks", json={"name": name}).status_code == 201
        answer = self.ask("POST", f"/c/bank/{name}/signal", json=signals)
        assert answer.status_code == 200, answer.text
        return int(answer.json()["id"])


def picture(number: int = 1) -> Image.Image:
    """A picture that no other number has."""
    return landscape(number)


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """The picture as bytes of a format."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()
