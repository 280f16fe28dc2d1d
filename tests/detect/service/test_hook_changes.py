"""List changes are told once they are live, from where the last process stopped, under steady ids."""

from __future__ import annotations

import io
import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.detect.service.drafts import act, add, create, remove
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.service.changes import MemoryChangeLog
from tutela.detect.service.follower import Follower
from tutela.detect.service.hook_bodies import steady_message
from tutela.detect.service.hook_changes import ChangeTeller, begin
from tutela.detect.service.hook_courier import RecordingCourier
from tutela.detect.service.hook_endpoints import Endpoint
from tutela.detect.service.hook_queue import HookQueue
from tutela.detect.service.hook_signing import new_secret
from tutela.detect.service.hooks import Hooks
from tutela.detect.service.shelf import Shelf
from tutela.kernel import log
from tutela.kernel.errors import Refused, Unavailable


@dataclass
class Standing:
    """A shelf that is as far as it is told, with one version a list."""

    sequence: int = 0
    holds: tuple[str, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    version: str = ""

    def applied(self) -> Standing:
        return self

    def state(self, name: str) -> Standing:
        if name not in self.versions:
            raise Refused("there is no such list")
        return Standing(version=self.versions[name])


class Here:
    """A log, a shelf, hooks with one endpoint, and whoever tells."""

    def __init__(self, folder: Path) -> None:
        self.log, self.shelf, self.courier = MemoryChangeLog(), Standing(), RecordingCourier()
        self.queue = HookQueue(folder / "hooks.sqlite")
        endpoint = Endpoint(name="desk", url="https://desk.example/", secrets=(new_secret(),))
        self.hooks = Hooks([endpoint], self.queue, self.courier)
        self.teller = self.another()

    def another(self) -> ChangeTeller:
        return ChangeTeller(self.log, self.shelf, self.hooks, self.queue)

    def told(self) -> list[dict[str, Any]]:
        while self.hooks.step("desk"):
            continue
        bodies = [json.loads(one.body)["data"] for one in self.courier.carried]
        self.courier.carried.clear()
        return bodies


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Here]:
    here = Here(tmp_path)
    yield here
    here.queue.close()


def entry(name: str, kind: str = "md5") -> ListEntry:
    return ListEntry(entry=name, kind=kind, value=bytes(16 if kind == "md5" else 32))


def test_what_comes_after_the_service_began_is_told_whenever_telling_begins(here: Here) -> None:
    here.log.append(create("before"))
    assert begin(here.log, here.queue) == 1
    here.log.append(create("after"))
    assert begin(here.log, here.queue) == 1
    here.shelf.sequence = 2
    assert here.another().step() == 1
    assert [one["list"] for one in here.told()] == ["after"]


def test_what_was_before_the_first_start_is_not_told(here: Here) -> None:
    here.log.append(create("hotline"))
    here.shelf.sequence = 1
    assert here.teller.step() == 0
    assert here.told() == []


def test_a_change_is_told_when_it_is_live_in_counts_of_entries(here: Here) -> None:
    assert here.teller.step() == 0
    here.log.append(create("hotline"))
    here.log.append(add("hotline", entry("ent_1"), entry("ent_1", "sha256"), entry("ent_2")))
    here.log.append(remove("hotline", "ent_1"))
    here.shelf.sequence, here.shelf.versions = 2, {"hotline": "v7"}
    assert here.teller.step() == 2
    created, added = here.told()
    assert created == {
        "list": "hotline", "version": "v7", "change": 1, "act": "create", "added": 0,
        "removed": 0, "held": False,
    }  # fmt: skip
    assert (added["change"], added["act"], added["added"]) == (2, "add", 2)
    here.shelf.sequence, here.shelf.holds = 3, ("hotline",)
    assert here.teller.step() == 1
    (removed,) = here.told()
    assert (removed["removed"], removed["held"]) == (1, True)


def test_a_look_without_anything_new_is_no_news_and_a_list_that_is_gone_has_no_version(here: Here) -> None:
    here.teller.step()
    here.log.append(add("hotline"))
    here.log.append(act("hotline", "retire"))
    here.shelf.sequence = 2
    assert here.teller.step() == 2
    assert [(one["act"], one["version"]) for one in here.told()] == [("retire", "")]


def test_lists_that_are_gone_or_damaged_end_no_news(here: Here, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    teller = ChangeTeller(here.log, shelf, here.hooks, here.queue)
    teller.step()
    with Follower(here.log, tmp_path) as follower:
        for draft in (create("gone"), act("gone", "retire"), create("bad"), create("good")):
            here.log.append(draft)
        follower.step()
    (tmp_path / "lists" / "bad" / "HEAD").write_bytes(b"damaged")
    assert teller.step() == 4
    assert [(one["list"], bool(one["version"])) for one in here.told()] == [
        ("gone", False),
        ("gone", False),
        ("bad", False),
        ("good", True),
    ]


def test_another_process_goes_on_where_the_first_one_stopped(here: Here) -> None:
    here.teller.step()
    here.log.append(create("hotline"))
    here.shelf.sequence = 1
    assert here.another().step() == 1
    assert here.teller.step() == 0
    assert len(here.told()) == 1


def test_a_change_that_is_told_twice_has_the_same_id(here: Here) -> None:
    here.teller.step()
    here.log.append(create("hotline"))
    here.shelf.sequence = 1
    here.teller.step()
    here.queue.set_mark(f"told {here.log.identity}", 0)
    here.hooks.step("desk")
    here.teller.step()
    here.hooks.step("desk")
    ids = [one.headers["webhook-id"] for one in here.courier.carried]
    assert ids == [steady_message(here.log.identity, 1)] * 2


def test_no_body_holds_a_value(here: Here) -> None:
    here.teller.step()
    here.log.append(add("hotline", ListEntry(entry="ent_1", kind="md5", value=b"\xab" * 16)))
    here.shelf.sequence = 1
    here.teller.step()
    here.hooks.step("desk")
    assert b"ab" * 8 not in here.courier.carried[0].body.lower()


def test_run_goes_on_when_something_was_away(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    handlers, level = logging.getLogger().handlers, logging.getLogger().level
    written = io.StringIO()
    log.configure(stream=written)
    stop, steps = threading.Event(), [Unavailable("away"), None]

    def step() -> int:
        if error := steps.pop(0):
            raise error
        stop.set()
        return 0

    monkeypatch.setattr(here.teller, "step", step)
    monkeypatch.setattr("tutela.detect.service.hook_changes.BROKEN_SECONDS", 0.001)
    here.teller.run(stop)
    log.configure()
    logging.getLogger().handlers, logging.getLogger().level = handlers, level
    assert steps == []
    assert "hook_changes_unavailable" in written.getvalue()
