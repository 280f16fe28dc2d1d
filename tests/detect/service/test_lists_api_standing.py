"""What is said to stand already, while changes are on their way or a list is damaged."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from starlette.applications import Starlette

from tests.detect.service import making
from tests.detect.service.living import ENTRY, LIST, Living
from tests.detect.service.test_lists_api import HEADER, bare, here, one, value
from tutela.detect.service.lists_api import routes
from tutela.detect.service.problems import HANDLERS
from tutela.detect.service.shelf import Shelf

__all__ = ["bare", "here"]  # the fixtures of the other test module


def test_an_entry_that_is_about_to_be_removed_is_not_said_to_stand(here: Living) -> None:
    client = quick(here)
    assert client.put(ENTRY, json=one()).status_code == 201
    here.log.paused = True
    assert client.delete(ENTRY).json() == {"change": 3, "live": False}
    again = client.put(ENTRY, json=one())
    assert (again.status_code, again.json()) == (202, {"change": 4, "live": False})
    here.log.follower.step()
    assert here.client().get(ENTRY).status_code == 200


def test_a_list_that_may_be_about_to_end_is_not_said_to_stand(here: Living) -> None:
    client = quick(here)
    here.log.paused = True
    assert client.delete(LIST).status_code == 202
    again = client.put(LIST, json=HEADER)
    assert (again.status_code, again.headers["retry-after"]) == (503, "1")
    here.log.follower.step()
    assert client.put(LIST, json=HEADER).status_code == 202
    assert here.log.after(2)[0].act == "create"


def test_an_entry_whose_removal_waits_for_a_release_is_added_again(here: Living) -> None:
    many = [{"entry": f"ent_{number}", "values": [value(number)]} for number in range(110)]
    assert here.client().post(f"{LIST}/entries", json={"entries": many}).status_code == 201
    gone = [here.client().delete(f"{LIST}/entries/ent_{number}") for number in range(6)]
    assert gone[-1].json()["held"] is True
    assert here.client().put(f"{LIST}/entries/ent_5", json={"values": [value(5)]}).status_code == 201
    assert here.client().post(f"{LIST}/release").json()["live"] is True
    assert here.client().get(f"{LIST}/entries/ent_5").status_code == 200
    assert here.client().get(f"{LIST}/entries/ent_4").status_code == 404


def test_another_process_sees_what_one_has_acknowledged(here: Living, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, clock=here.clock)  # which has just looked, and looks again in 50 ms
    service = making.service(lists=cast(Any, shelf), clock=here.clock)
    service.log = here.log
    other = Living(service=service, log=here.log, shelf=shelf, clock=here.clock).client()
    assert other.get(LIST).status_code == 200
    assert here.client().delete(LIST).json()["live"] is True
    assert other.put(LIST, json=HEADER).status_code == 201
    assert other.put(ENTRY, json=one()).status_code == 201
    assert here.client().delete(ENTRY).status_code == 200
    assert other.put(ENTRY, json=one()).json() == {"change": 6, "live": True}
    assert here.client().get(ENTRY).status_code == 200
    service.close()


def test_a_damaged_list_holds_up_no_other_and_no_answer_names_its_folder(
    here: Living, tmp_path: Path
) -> None:
    other = "/v1/lists/other"
    assert here.client().put(other, json=HEADER).status_code == 201
    assert here.client().put(f"{other}/entries/ent_2", json=one(2)).status_code == 201
    (tmp_path / "lists" / "other" / "HEAD").write_bytes(b"damaged")
    assert here.client().put(ENTRY, json=one()).json()["live"] is True
    answer = here.client().get(f"{other}/entries/ent_2")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert str(tmp_path) not in answer.text


def test_a_list_that_cannot_be_read_can_be_retired(here: Living, tmp_path: Path) -> None:
    (tmp_path / "lists" / "hotline" / "standing.json").write_bytes(b"damaged")
    here.clock.advance(2.0)  # type: ignore[attr-defined]  # a FixedClock
    assert here.client().get(LIST).status_code == 503
    assert here.client().delete(LIST).json() == {"change": 2, "live": True}
    assert here.client().get(LIST).status_code == 404
    assert here.client().delete(LIST).status_code == 404


def quick(here: Living) -> Any:
    """A client of the lists alone, which wait 50 ms for a change to be live."""
    app = Starlette(routes=routes(here.service, wait_seconds=0.05), exception_handlers=HANDLERS)
    return type(here.client())(app, headers={"Authorization": "Bearer curate"})
