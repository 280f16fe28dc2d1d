"""Lists and entries over HTTP: what curators may change, what comes back, and that no value ever does."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.detect.service.living import ENTRY, LIST, Living, living
from tutela.detect.matching.poison import poison_values
from tutela.detect.service.applied import Outcome
from tutela.kernel.errors import Conflict, Unavailable

HEADER = {"law": "Act 1", "class": "csam", "source": "a hotline", "scheme": "uk-iwf"}


def value(number: int, kind: str = "pdq") -> dict[str, Any]:
    sizes = {"pdq": 32, "sha256": 32, "md5": 16}
    return {"kind": kind, "value": hmac.digest(b"api", bytes([number]), "sha256")[: sizes[kind]].hex()}


def one(number: int = 1, **said: Any) -> dict[str, Any]:
    return {"values": [value(number), value(number, "md5")]} | said


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Living]:
    here = living(tmp_path)
    yield here
    here.close()


@pytest.fixture
def here(bare: Living) -> Living:
    """A service with the list ``hotline``, the first change."""
    assert bare.client().put(LIST, json=HEADER).status_code == 201
    return bare


def error_of(answer: Any) -> dict[str, str]:
    error: dict[str, str] = answer.json()["error"]
    assert set(error) == {"code", "field", "message", "right"}
    return error


def ask(here: Living, number: int) -> Any:
    return here.client("detail").post("/v1/match", json={"prints": [value(number)]}).json()


# --- lists --------------------------------------------------------------------------------------


def test_a_new_list_is_there_at_once_with_what_was_said(bare: Living) -> None:
    answer = bare.client().put(LIST, json=HEADER | {"thresholds": {"distance_bits": 20}})
    assert (answer.status_code, answer.json()) == (201, {"change": 1, "live": True})
    said = bare.client("statistics").get(LIST).json()
    assert (said["list"], said["law"], said["class"]) == ("hotline", "Act 1", "csam")
    assert said["thresholds"]["distance_bits"] == 20
    assert (said["values"], said["entries"], said["hold"]) == (0, 0, None)
    assert bare.log.after(0)[0].caller == "curate"


def test_the_same_words_make_no_second_change_and_others_are_a_conflict(here: Living) -> None:
    again = here.client().put(LIST, json=HEADER)
    assert (again.status_code, again.json()["live"]) == (200, True)
    other = here.client().put(LIST, json=HEADER | {"class": "exploitative"})
    assert (other.status_code, error_of(other)["code"]) == (409, "conflict")
    assert here.log.head() == 1


def test_all_lists_are_shown_with_their_counts(here: Living) -> None:
    assert here.client().put("/v1/lists/second", json=HEADER).status_code == 201
    assert here.client().put(ENTRY, json=one()).status_code == 201
    said = here.client("statistics").get("/v1/lists").json()
    assert [entry["list"] for entry in said["lists"]] == ["hotline", "second"]
    assert said["lists"][0]["kinds"] == {"md5": 1, "pdq": 1}
    assert said["lists"][0]["entries"] == 1
    assert said["change"] == 3


def test_a_retired_list_is_gone(here: Living) -> None:
    assert here.client().delete(LIST).json() == {"change": 2, "live": True}
    assert here.client().get(LIST).status_code == 404
    assert here.client().get("/v1/lists").json()["lists"] == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "law"),
        ({"law": "Act 1"}, "class"),
        (HEADER | {"salt": "00" * 32}, "salt"),
        (HEADER | {"valid_to": "2020-01-01T00:00:00Z"}, "valid_to"),
    ],
)
def test_a_list_that_cannot_be_right_is_refused_with_its_field(
    bare: Living, body: dict[str, Any], field: str
) -> None:
    answer = bare.client().put(LIST, json=body)
    assert (answer.status_code, error_of(answer)["field"]) == (422, field)
    assert bare.log.head() == 0


def test_a_name_that_is_no_folder_name_is_refused(bare: Living) -> None:
    answer = bare.client().put("/v1/lists/.hidden", json=HEADER)
    assert (answer.status_code, error_of(answer)["field"]) == (422, "list")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", LIST),
        ("DELETE", LIST),
        ("POST", f"{LIST}/release"),
        ("GET", ENTRY),
        ("PUT", ENTRY),
        ("DELETE", ENTRY),
        ("POST", f"{LIST}/entries"),
        ("POST", f"{ENTRY}/disable"),
        ("POST", f"{ENTRY}/enable"),
    ],
)
def test_a_list_that_does_not_exist_is_not_found(bare: Living, method: str, path: str) -> None:
    body = one() if method == "PUT" or path.endswith("/entries") else None
    answer = bare.client().request(method, path, json=body)
    assert (answer.status_code, error_of(answer)["message"]) == (404, "there is no such list")
    assert bare.log.head() == 0


# --- entries ------------------------------------------------------------------------------------


def test_a_new_entry_is_found_as_soon_as_it_is_acknowledged(here: Living) -> None:
    assert ask(here, 1)["status"] == "unknown"
    answer = here.client().put(ENTRY, json=one())
    assert (answer.status_code, answer.json()) == (201, {"change": 2, "live": True})
    found = ask(here, 1)
    assert (found["status"], found["matches"][0]["entry"]) == ("candidate", "ent_1")


def test_an_entry_is_told_without_its_values(here: Living) -> None:
    here.client().put(ENTRY, json=one(category="A", valid_from="2026-01-01T00:00:00Z", note="case 7"))
    answer = here.client().get(ENTRY)
    said = answer.json()
    assert answer.headers["cache-control"] == "no-store"
    assert (said["kinds"], said["forms"]) == (["md5", "pdq"], 2)
    assert (said["source"], said["law"], said["class"]) == ("a hotline", "Act 1", "csam")
    assert (said["category"], said["valid_from"]) == ("A", "2026-01-01T00:00:00Z")
    assert (said["valid_to"], said["disabled"], said["disputed"]) == (None, False, False)
    for listed in one()["values"]:
        assert listed["value"] not in answer.text


def test_the_same_entry_again_changes_nothing_and_another_one_is_a_conflict(here: Living) -> None:
    here.client().put(ENTRY, json=one(category="A"))
    again = here.client().put(ENTRY, json=one(category="A"))
    assert (again.status_code, again.json()) == (200, {"change": 2, "live": True})
    for other in (one(2, category="A"), one(category="B"), {"values": [value(1)], "category": "A"}):
        answer = here.client().put(ENTRY, json=other)
        assert (answer.status_code, error_of(answer)["code"]) == (409, "conflict")
    assert here.log.head() == 2


def test_a_removed_entry_is_found_no_more(here: Living) -> None:
    here.client().put(ENTRY, json=one())
    assert here.client().delete(ENTRY).json() == {"change": 3, "live": True}
    assert ask(here, 1)["status"] == "unknown"
    assert here.client().get(ENTRY).status_code == 404
    gone = here.client().delete(ENTRY)
    assert (gone.status_code, here.log.head()) == (404, 3)


def test_a_disabled_entry_is_silent_until_it_is_enabled(here: Living) -> None:
    here.client().put(ENTRY, json=one())
    until = {"until": "2026-06-01T00:00:00Z"}
    assert here.client().post(f"{ENTRY}/disable", json=until).json() == {"change": 3, "live": True}
    said = here.client().get(ENTRY).json()
    assert (said["disabled"], said["disabled_until"]) == (True, "2026-06-01T00:00:00Z")
    assert ask(here, 1)["status"] == "unknown"
    assert here.client().post(f"{ENTRY}/enable").json() == {"change": 4, "live": True}
    assert ask(here, 1)["status"] == "candidate"


def test_without_a_time_an_entry_is_silent_for_good(here: Living) -> None:
    here.client().put(ENTRY, json=one())
    assert here.client().post(f"{ENTRY}/disable").status_code == 200
    said = here.client().get(ENTRY).json()
    assert (said["disabled"], said["disabled_until"]) == (True, None)


@pytest.mark.parametrize(
    "body", [{"until": "2026-01-01T00:00:00Z"}, {"until": "tomorrow"}, {"for": 3}, {"until": 5}, []]
)
def test_a_time_that_is_none_or_past_is_refused(here: Living, body: Any) -> None:
    here.client().put(ENTRY, json=one())
    assert here.client().post(f"{ENTRY}/disable", json=body).status_code == 422
    assert here.log.head() == 2


def test_several_entries_are_one_change(here: Living) -> None:
    body = {"entries": [one(1, entry="ent_1"), one(2, entry="ent_2", category="B")]}
    answer = here.client().post(f"{LIST}/entries", json=body)
    assert (answer.status_code, answer.json()) == (201, {"change": 2, "live": True})
    assert [ask(here, number)["matches"][0]["entry"] for number in (1, 2)] == ["ent_1", "ent_2"]
    assert len(here.log.after(1)[0].entries) == 4


def test_several_entries_again_change_nothing_and_one_in_other_words_is_a_conflict(here: Living) -> None:
    body = {"entries": [one(1, entry="ent_1"), one(2, entry="ent_2")]}
    here.client().post(f"{LIST}/entries", json=body)
    again = here.client().post(f"{LIST}/entries", json=body)
    assert (again.status_code, again.json()) == (200, {"change": 2, "live": True})
    body["entries"] = [one(3, entry="ent_3"), one(4, entry="ent_2")]
    answer = here.client().post(f"{LIST}/entries", json=body)
    assert (answer.status_code, here.log.head()) == (409, 2)
    assert "entry number 2" in error_of(answer)["message"]


def test_one_wrong_entry_among_several_stops_all(here: Living) -> None:
    body = {"entries": [one(1, entry="ent_1"), one(2, entry="ent_2", category="Z")]}
    answer = here.client().post(f"{LIST}/entries", json=body)
    assert (answer.status_code, error_of(answer)["field"]) == (422, "entries[1].category")
    assert here.log.head() == 1


def test_addresses_and_keywords_reach_the_log_as_digests_only(here: Living) -> None:
    url, keyword = "https://host.test/secret-path/a.jpg", "blue lantern secret"
    values = [{"kind": "url", "value": url}, {"kind": "text", "value": keyword}]
    assert here.client().put(ENTRY, json={"values": values}).status_code == 201
    kept = here.log.after(1)[0].entries
    assert [(row.kind, len(row.value)) for row in kept] == [("url", 32), ("text", 32)]
    assert "secret" not in repr(kept)


def test_what_everybody_has_is_refused(here: Living) -> None:
    for kind in ("sha256", "pdq"):
        plain = min(poison_values()[kind]).hex()
        answer = here.client().put(ENTRY, json={"values": [{"kind": kind, "value": plain}]})
        assert (answer.status_code, error_of(answer)["field"]) == (422, "values[0].value")
        assert plain not in answer.text
    assert here.log.head() == 1


WRONG_BODIES: list[bytes] = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"\xff\xfe",
    b'{"values": []}',
    b'{"values": [{"kind": "pdq", "value": "abcdef0123456789abcdef0123456789"}]}',
    b'{"values": [{"kind": "md5", "value": "abcdef0123456789abcdef0123456789", "x": 1}]}',
    b'{"values": [{"kind": "md5", "value": "abcdef0123456789abcdef0123456789"}], "law": 5}',
    b'{"abcdef0123456789abcdef0123456789": 1}',
]


@pytest.mark.parametrize("body", WRONG_BODIES)
def test_a_wrong_body_is_refused_and_no_value_comes_back(here: Living, body: bytes) -> None:
    for method, path in (("PUT", ENTRY), ("POST", f"{LIST}/entries")):
        answer = here.client().request(method, path, content=body)
        assert answer.status_code == 422
        assert error_of(answer)["message"]
        assert "abcdef0123456789" not in answer.text
    assert here.log.head() == 1


def test_a_body_that_is_too_large_is_refused_before_it_is_read(here: Living) -> None:
    answer = here.client().put(ENTRY, content=b"x" * (here.service.settings.json_bytes_max + 1))
    assert (answer.status_code, error_of(answer)["code"]) == (413, "too_large")


@pytest.mark.parametrize("entry", ["a%20b", "a%2Fb", "%2e%2e", "x" * 129, "%00"])
def test_an_id_that_does_not_stand_in_a_path_is_refused(here: Living, entry: str) -> None:
    answer = here.client().put(f"{LIST}/entries/{entry}", json=one())
    assert answer.status_code in (404, 405, 422)
    assert here.log.head() == 1


def test_a_parameter_of_the_address_that_is_not_read_is_refused(here: Living) -> None:
    for path in (LIST, "/v1/lists", ENTRY):
        answer = here.client().get(path, params={"values": "true"})
        assert (answer.status_code, error_of(answer)["field"]) == (422, "values")


def test_a_method_that_an_address_does_not_know_is_told_which_it_knows(here: Living) -> None:
    answer = here.client().post(LIST)
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "PUT", "DELETE"}


def test_the_headers_of_a_list_can_be_asked_for_alone(here: Living) -> None:
    assert here.client().head(LIST).status_code == 200


# --- changes that are not live ------------------------------------------------------------------


def test_a_change_that_is_not_live_in_time_is_accepted_all_the_same(
    here: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.log.paused = True
    monkeypatch.setattr(here.shelf, "wait", lambda number, _, wait=here.shelf.wait: wait(number, 0.01))
    answer = here.client().put(ENTRY, json=one())
    assert (answer.status_code, answer.json()) == (202, {"change": 2, "live": False})
    here.log.follower.step()
    here.clock.advance(1.0)  # type: ignore[attr-defined]  # a FixedClock
    assert ask(here, 1)["status"] == "candidate"


def test_a_change_that_would_empty_a_list_is_held_until_it_is_released(here: Living) -> None:
    entries = [{"entry": f"ent_{number}", "values": [value(number)]} for number in range(1, 121)]
    here.client().post(f"{LIST}/entries", json={"entries": entries})
    for number in range(1, 40):
        last = here.client().delete(f"{LIST}/entries/ent_{number}")
        if last.status_code == 202:
            break
    assert last.json() == {"change": here.log.head(), "live": False, "held": True}
    said = here.client().get(LIST).json()
    assert said["hold"]["reason"] == "shrink"
    assert said["held"] == ["hotline"]
    assert ask(here, number)["status"] == "candidate"
    assert here.client().post(f"{LIST}/release").json()["live"] is True
    assert ask(here, number)["status"] == "unknown"


@pytest.mark.parametrize(
    ("problem", "status"), [(Conflict("somebody was faster"), 409), (Unavailable("the disk is full"), 503)]
)
def test_a_change_that_could_not_be_applied_gives_its_reason(
    here: Living, monkeypatch: pytest.MonkeyPatch, problem: Any, status: int
) -> None:
    monkeypatch.setattr(here.shelf, "wait", lambda *_: Outcome(applied=False, problem=problem))
    answer = here.client().put(ENTRY, json=one())
    assert (answer.status_code, error_of(answer)["message"]) == (status, problem.message)
