"""The list feed over HTTP: off unless a token names lists, pages, withdrawals, records of what left."""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from starlette.applications import Starlette

from tests.detect.service.feed_making import (
    START,
    FolderShelf,
    header_of,
    md5_entry,
    md5_value,
    pdq_entry,
    pdq_value,
    recipient,
)
from tests.detect.service.making import service
from tutela.detect.service import feed
from tutela.detect.service.canary import PER_KIND, Canaries, open_key, recipients_of
from tutela.detect.service.changes import Draft, MemoryChangeLog
from tutela.detect.service.deliveries import Deliveries
from tutela.detect.service.follower import Follower
from tutela.detect.service.problems import HANDLERS, BadInput
from tutela.detect.service.roles import Caller
from tutela.detect.service.shelf import Shelf
from tutela.kernel.clock import FixedClock, SystemClock
from tutela.kernel.errors import Refused, Unavailable

with warnings.catch_warnings():  # it asks for httpx2, and does the same with the httpx that is here
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

ADDRESS = "/feed/v1/FetchHashes"


@dataclass(kw_only=True)
class House:
    """A service with a feed, a clock that stands, and somebody who fetches."""

    folder: Path
    clock: FixedClock = field(default_factory=lambda: FixedClock(START))
    callers: dict[str, Caller] = field(default_factory=dict)
    token: str = "t-platform"

    def __post_init__(self) -> None:
        (self.folder / "lists").mkdir()
        self.shelf = FolderShelf(folder=self.folder / "lists", clock=self.clock)
        self.callers["t-platform"] = recipient("csam", "own")
        running = service(clock=self.clock)
        running.tokens, running.folder = self, self.folder
        running.shelf = cast("Any", self.shelf)
        app = Starlette(routes=feed.routes(running), exception_handlers=HANDLERS)
        self.client = TestClient(app, raise_server_exceptions=False)

    def caller(self, untrusted_token: str) -> Caller:
        if untrusted_token not in self.callers:
            raise Refused("no valid token was given")
        return self.callers[untrusted_token]

    def ask(self, *, name: str = "platform", **asked: Any) -> Any:
        headers = {"x-functions-key": self.token, "Ocp-Apim-Subscription-Key": name}
        return self.client.get(ADDRESS, params=asked, headers=headers)

    def fetch(self, start: int = 10, size: int = 800) -> tuple[dict[str, dict[str, Any]], int]:
        """All records of a fetch by value, and the time to come back with."""
        token, got = "", dict[str, dict[str, Any]]()
        while True:
            page = self.ask(startTimestamp=start, pageSize=size, nextPageToken=token).json()
            assert page["count"] == len(page["hashRecords"])
            got |= {one["hashValue"]: one for one in page["hashRecords"]}
            if not page["hasMoreRecords"]:
                assert page["nextPageToken"] is None
                return got, page["nextSetTimestamp"]
            assert page["nextSetTimestamp"] == start
            token = page["nextPageToken"]

    def canaries(self, *lists: str, name: str = "platform") -> set[str]:
        made = Canaries(key=open_key(self.folder)).named([name], lists)
        return {value.hex() for value in made}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(folder=tmp_path)
    with made.client:
        yield made


def test_a_recipient_gets_its_lists_and_its_own_canaries(house: House) -> None:
    house.shelf.writer("csam", pdq_entry(1), md5_entry(2), legal_class="csam").close()
    house.shelf.writer("own", pdq_entry(3), legal_class="exploitative").close()
    house.shelf.writer("secret", pdq_entry(4)).close()
    got, _ = house.fetch()
    real = {pdq_value(1).hex(), md5_value(2).hex(), pdq_value(3).hex()}
    assert real <= got.keys() and got.keys() - real <= house.canaries("csam", "own")
    assert len(got) == len(real) + 3 * PER_KIND
    assert got[pdq_value(1).hex()] == {
        "lastModtimestamp": int(START.timestamp()),
        "signalType": "ImagePDQ",
        "hashValue": pdq_value(1).hex(),
        "hashStatus": "Active",
        "caseNumbers": {},
        "CSPFeedbacks": [{"source": "csam", "feedbackValue": "Blocked", "tags": ["csam"]}],
    }
    assert got[md5_value(2).hex()]["signalType"] == "VideoMD5"
    assert got[pdq_value(3).hex()]["CSPFeedbacks"][0]["tags"] == ["exploitative"]


def test_canaries_look_like_the_records_around_them(house: House) -> None:
    house.shelf.writer("csam", *map(pdq_entry, range(100)), legal_class="csam").close()
    got, _ = house.fetch()
    canaries = house.canaries("csam") & got.keys()
    assert len(canaries) == PER_KIND
    shapes = {value in canaries: {**one, "hashValue": ""} for value, one in got.items()}
    assert shapes[True] == shapes[False]
    places = [place for place, value in enumerate(got) if value in canaries]
    assert places[0] < 40 and places[-1] > 70, "they stand among the others"


def test_what_was_fetched_names_the_recipient(house: House) -> None:
    house.shelf.writer("csam", *map(pdq_entry, range(30))).close()
    house.callers["t-forum"] = recipient("csam", name="forum")
    named = Canaries(key=open_key(house.folder)).named(["platform", "forum", "shop"], ["csam", "own"])
    ours, _ = house.fetch()
    house.token = "t-forum"
    page = house.ask(name="forum").json()
    assert [*recipients_of(map(bytes.fromhex, ours), named)] == ["platform"]
    theirs = [one["hashValue"] for one in page["hashRecords"]]
    assert [*recipients_of(map(bytes.fromhex, theirs), named)] == ["forum"]
    common = {pdq_value(number).hex() for number in range(30)}
    assert [value for value in ours if value in common] != [value for value in theirs if value in common]


def test_changes_are_told_once_and_withdrawals_too(house: House) -> None:
    with house.shelf.writer("csam", pdq_entry(1), pdq_entry(2)) as writer:
        first, then = house.fetch(size=7)
        assert len(first) == 2 + PER_KIND
        assert house.fetch(then) == ({}, then)
        house.clock.advance(60)
        writer.remove("ent-2")
        writer.add([pdq_entry(3)])
        told, later = house.fetch(then)
        assert told.keys() == {pdq_value(2).hex(), pdq_value(3).hex()}
        gone = told[pdq_value(2).hex()]
        assert gone["hashStatus"] == "Withdrawn"
        assert gone["CSPFeedbacks"] == [
            {"source": "tutela", "feedbackValue": "NotBlocked", "tags": ["withdrawn"]}
        ]
        assert later > then and house.fetch(later)[0] == {}
    assert pdq_value(2).hex() not in house.fetch()[0], "who begins needs no withdrawals"


def test_an_entry_that_is_switched_off_is_withdrawn(house: House) -> None:
    house.shelf.writer("csam", pdq_entry(1)).close()
    _, then = house.fetch()
    house.shelf.silent["ent-1"] = START + timedelta(hours=1)
    told, then = house.fetch(then)
    assert told[pdq_value(1).hex()]["hashStatus"] == "Withdrawn"
    house.clock.advance(3600)
    told, _ = house.fetch(then)
    assert told[pdq_value(1).hex()]["hashStatus"] == "Active"


def test_an_end_of_validity_is_told_without_a_change(house: House) -> None:
    house.shelf.writer("csam", pdq_entry(1, valid_to=START + timedelta(hours=1))).close()
    _, then = house.fetch()
    house.clock.advance(3599)
    assert house.fetch(then)[0] == {}
    house.clock.advance(1)
    assert house.fetch(then)[0][pdq_value(1).hex()]["hashStatus"] == "Withdrawn"


def test_a_list_that_the_token_names_no_longer_is_withdrawn(house: House) -> None:
    house.shelf.writer("csam", pdq_entry(1)).close()
    house.shelf.writer("own", pdq_entry(1), pdq_entry(2)).close()
    _, then = house.fetch()
    house.callers["t-platform"] = recipient("csam")
    told, _ = house.fetch(then)
    assert told[pdq_value(1).hex()]["CSPFeedbacks"] == [
        {"source": "csam", "feedbackValue": "Blocked", "tags": []}
    ]
    assert told[pdq_value(2).hex()]["hashStatus"] == "Withdrawn"


def test_a_disputed_value_carries_both_votes(house: House) -> None:
    house.shelf.writer("csam", pdq_entry(1, disputed=True)).close()
    votes = house.fetch()[0][pdq_value(1).hex()]["CSPFeedbacks"]
    assert [vote["feedbackValue"] for vote in votes] == ["Blocked", "NotBlocked"]


def test_a_list_that_is_not_there_yet_gives_an_empty_answer(house: House) -> None:
    assert house.fetch()[0] == {}
    house.shelf.writer("csam", pdq_entry(1)).close()
    assert pdq_value(1).hex() in house.fetch()[0]


def test_whoever_stops_in_the_middle_begins_again_there(house: House) -> None:
    house.shelf.writer("csam", *map(pdq_entry, range(20))).close()
    page = house.ask(startTimestamp=10, pageSize=5).json()
    assert page["hasMoreRecords"] and page["nextSetTimestamp"] == 10


def test_every_page_is_recorded_before_it_leaves(house: House) -> None:
    house.shelf.writer("csam", *map(pdq_entry, range(4))).close()
    house.fetch(size=12)
    lines = list(Deliveries(house.folder / "feed").lines())
    assert [(one["recipient"], one["values"], one["last"]) for one in lines] == [
        ("platform", 12, False),
        ("platform", 4 + PER_KIND - 12, True),
    ]
    assert lines[0]["purpose"] == "to keep copies away" and lines[0]["lists"] == ["csam", "own"]
    assert not {pdq_value(number).hex() for number in range(4)} & set(json.dumps(lines).split('"'))


def test_a_page_that_cannot_be_recorded_does_not_leave(house: House) -> None:
    house.shelf.writer("csam", pdq_entry(1)).close()
    (house.folder / "feed").mkdir()
    (house.folder / "feed" / "deliveries.jsonl").mkdir()
    answer = house.ask()
    assert answer.status_code == 503 and "hashRecords" not in answer.text


@pytest.mark.parametrize(
    ("token", "name", "status"),
    [
        ("", "platform", 401),
        ("wrong", "platform", 401),
        ("t-platform", "forum", 401),
        ("t-plain", "plain", 403),
    ],
)
def test_it_is_off_for_everybody_else(house: House, token: str, name: str, status: int) -> None:
    house.shelf.writer("csam", pdq_entry(1)).close()
    house.callers["t-plain"] = recipient(name="plain", roles=["curate", "detail"])
    house.token = token
    answer = house.ask(name=name)
    assert answer.status_code == status and "error" in answer.json()
    assert not (house.folder / "feed").exists()


@pytest.mark.parametrize("call", ["SubmitHashes", "SubmitFeedback"])
def test_nothing_is_taken_back(house: House, call: str) -> None:
    headers = {"x-functions-key": "t-platform", "Ocp-Apim-Subscription-Key": "platform"}
    assert house.client.post(f"/feed/v1/{call}", headers=headers, json={}).status_code == 403
    assert house.client.post(f"/feed/v1/{call}", json={}).status_code == 401


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("startTimestamp", "-1"),
        ("startTimestamp", "yesterday"),
        ("startTimestamp", "9" * 30),
        ("pageSize", "0"),
        ("pageSize", "1.5"),
        ("nextPageToken", "x"),
        ("nextPageToken", "1"),
        ("nextPageToken", "1.-2"),
        ("nextPageToken", "1." + "f" * 17),
        ("nextPageToken", "1.2.3"),
        ("nextPageToken", "F.1"),
    ],
)
def test_wrong_fields_are_named(house: House, name: str, value: str) -> None:
    answer = house.ask(**{name: value})
    assert answer.status_code == 422
    assert answer.json()["error"]["field"] == name and f'"{value}"' not in answer.text


def test_a_large_page_is_cut_to_the_most_that_is_given() -> None:
    assert feed.parse_ask({"pageSize": "100000"}).size == feed.PAGE_SIZE_MAX
    assert feed.parse_ask({}) == feed.Ask()
    with pytest.raises(BadInput):
        feed.parse_ask({"pageSize": "٣"})


def test_a_list_that_answers_no_question_here_is_not_withdrawn_from_its_recipients(tmp_path: Path) -> None:
    """Its share is 0: a bank that is paused through HMA's shape. Everything at once would go (FI-24)."""
    log, shelf = MemoryChangeLog(), Shelf(tmp_path)
    with Follower(log, tmp_path) as follower:
        log.append(Draft(list="csam", act="create", caller="own", header=header_of("csam")))
        log.append(Draft(list="csam", act="add", caller="own", entries=tuple(map(pdq_entry, range(3)))))
        follower.step()
        fed = feed.Feed(tmp_path / "feed", shelf, SystemClock())
        first = fed.page(recipient("csam"), feed.Ask())
        assert first["count"] == 3 + PER_KIND
        log.append(Draft(list="csam", act="ratio", caller="own", ratio=0.0))
        follower.step()
        shelf.wait(log.head(), 1)
        assert shelf.lists() == ()
        again = fed.page(recipient("csam"), feed.Ask(start=first["nextSetTimestamp"]))
        assert (again["count"], again["hashRecords"]) == (0, [])
    shelf.close()


def filled(folder: Path) -> tuple[MemoryChangeLog, Shelf]:
    """A log with a list of three entries, and the shelf of a folder to which a follower brought them."""
    log = MemoryChangeLog()
    log.append(Draft(list="csam", act="create", caller="own", header=header_of("csam")))
    log.append(Draft(list="csam", act="add", caller="own", entries=tuple(map(pdq_entry, range(3)))))
    with Follower(log, folder) as follower:
        follower.step()
    return log, Shelf(folder)


def test_lists_that_are_made_anew_are_not_withdrawn_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The manual's way to restore, and to mend a list: lists and applied.json go, the follower makes them."""
    monkeypatch.setattr(feed, "WAIT_SECONDS", 0.01)
    log, shelf = filled(tmp_path)
    first = feed.Feed(tmp_path / "feed", shelf, SystemClock(), head=log.head).page(
        recipient("csam"), feed.Ask()
    )
    shelf.close()
    shutil.rmtree(tmp_path / "lists")
    (tmp_path / "applied.json").unlink()
    shelf = Shelf(tmp_path)
    fed = feed.Feed(tmp_path / "feed", shelf, SystemClock(), head=log.head)
    back = feed.Ask(start=first["nextSetTimestamp"])
    assert fed.page(recipient("csam"), back)["hashRecords"] == []
    assert fed.page(recipient("csam"), feed.Ask())["count"] == 3 + PER_KIND
    with pytest.raises(Unavailable, match="not there yet"):
        fed.page(recipient("csam", name="another"), feed.Ask())
    with Follower(log, tmp_path) as follower:
        follower.step()
    assert fed.page(recipient("csam"), back)["hashRecords"] == []
    log.append(Draft(list="csam", act="remove", caller="own", ids=("ent-1",)))
    with Follower(log, tmp_path) as follower:
        follower.step()
    (gone,) = fed.page(recipient("csam"), back)["hashRecords"]
    assert (gone["hashStatus"], gone["hashValue"]) == ("Withdrawn", pdq_value(1).hex())
    shelf.close()


def test_a_log_that_is_away_withdraws_nothing(tmp_path: Path) -> None:
    log, shelf = filled(tmp_path)
    fed = feed.Feed(tmp_path / "feed", shelf, SystemClock(), head=log.head)
    assert fed.page(recipient("csam"), feed.Ask())["count"] == 3 + PER_KIND

    def away() -> int:
        raise Unavailable("the change log is not there")

    fed = feed.Feed(tmp_path / "feed", shelf, SystemClock(), head=away)
    assert fed.page(recipient("csam"), feed.Ask())["count"] == 3 + PER_KIND
    shelf.close()
