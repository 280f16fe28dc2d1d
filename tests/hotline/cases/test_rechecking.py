"""The jobs that look again at what lists knew: which changed, what is gone, and once more to be sure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.detect.matching.making import entry, header, value
from tests.hotline.cases.known import a_known_item, a_list, proofs_of
from tests.hotline.cases.making import acts
from tests.hotline.cases.rig import Rig, rig, state_of
from tutela.detect.matching.live import LiveList
from tutela.detect.matching.live_writer import create_live
from tutela.hotline.cases import rechecking
from tutela.hotline.cases.grounds import digest_of
from tutela.hotline.cases.job_kinds import RECHECK_ITEM, RECHECK_LIST, RECHECK_LISTS
from tutela.hotline.cases.models import Item
from tutela.hotline.cases.rechecking import AGAIN_SECONDS, LOOK_SECONDS, START_SECONDS, watch_lists
from tutela.hotline.ledger.actors import process
from tutela.hotline.work.actions import put, retry_job
from tutela.hotline.work.handlers import LONGEST_SECONDS
from tutela.hotline.work.models import Job

pytestmark = pytest.mark.django_db
KINDS = (RECHECK_LISTS, RECHECK_LIST, RECHECK_ITEM)
SECOND_LOOK_MINUTES = AGAIN_SECONDS / 60


def begun(made: Rig) -> None:
    """A worker starts, and its first look is due."""
    watch_lists(clock=made.clock)
    made.later(START_SECONDS / 60)


@pytest.fixture
def made() -> Iterator[Rig]:
    with rig() as found:
        found.lists[:] = [a_list(1, 2)]
        begun(found)
        yield found


def looked(made: Rig) -> list[str]:
    """What came of each job that is due, in order."""
    return made.work_of(*KINDS)


def settled(made: Rig) -> None:
    """All looks that follow from the lists as they are now."""
    made.later(LOOK_SECONDS / 60)
    looked(made)
    made.later(SECOND_LOOK_MINUTES)
    looked(made)


def due_minutes(made: Rig, kind: str) -> float:
    return (Job.objects.get(kind=kind).due - made.clock.now()).total_seconds() / 60


def test_an_item_whose_entry_is_gone_goes_to_people_after_a_second_look(made: Rig) -> None:
    first, second = a_known_item(1), a_known_item(2)
    assert looked(made) == ["recheck_lists finished", "recheck_list finished"]
    made.lists[:] = [a_list(2, version="2")]
    made.later(LOOK_SECONDS / 60 - 1)
    assert looked(made) == []
    made.later(1)
    assert looked(made) == ["recheck_lists finished", "recheck_list finished"]
    assert due_minutes(made, RECHECK_ITEM) == SECOND_LOOK_MINUTES and state_of(first) == "acted"
    made.later(SECOND_LOOK_MINUTES)
    assert looked(made) == ["recheck_item finished"]
    assert (state_of(first), state_of(second)) == ("rated", "acted")
    assert "match_withdrawn" in acts()


def test_what_was_away_while_the_list_was_replaced_stays(made: Rig) -> None:
    item = a_known_item(1)
    looked(made)
    made.lists[:] = [a_list(version="2")]
    made.later(LOOK_SECONDS / 60)
    looked(made)
    made.lists[:] = [a_list(1, version="3")]
    made.later(SECOND_LOOK_MINUTES)
    assert looked(made) == ["recheck_item finished"]
    assert state_of(item) == "acted" and proofs_of(item) == 2 and "match_withdrawn" not in acts()


def test_of_a_list_that_changes_while_it_is_in_use_an_entry_that_was_removed_is_gone(
    made: Rig, tmp_path: Path
) -> None:
    first, second = a_known_item(1), a_known_item(2)
    held = [entry(f"ent_{number}", "sha256", value(number)) for number in (1, 2)]
    with create_live(tmp_path / "live", header("own", approved=True), held) as writer:
        made.lists[:] = [LiveList(tmp_path / "live", clock=made.clock)]
        settled(made)
        assert state_of(first) == "acted"
        writer.remove("ent_1")
        settled(made)
    assert (state_of(first), state_of(second)) == ("rated", "acted")


def test_lists_that_did_not_change_are_not_looked_at(made: Rig) -> None:
    a_known_item(1)
    made.lists[:] = [a_list(1), a_list(3, name="another")]
    assert looked(made).count("recheck_list finished") == 2
    made.later(LOOK_SECONDS / 60)
    assert looked(made) == ["recheck_lists finished"]
    made.lists[1] = a_list(3, name="another", version="2")
    made.later(LOOK_SECONDS / 60)
    assert looked(made) == ["recheck_lists finished", "recheck_list finished"]
    assert due_minutes(made, RECHECK_LISTS) == LOOK_SECONDS / 60


def test_a_worker_that_starts_finds_what_was_remembered_and_looks_at_once(made: Rig) -> None:
    looked(made)
    begun(made)
    begun(made)
    assert looked(made) == ["recheck_lists finished"] and Job.objects.count() == 1


def test_what_met_an_older_version_after_the_look_is_looked_at_too(made: Rig) -> None:
    made.lists[:] = [a_list(2, version="2")]
    looked(made)
    item = a_known_item(1)
    settled(made)
    assert state_of(item) == "rated"


def test_only_young_matches_of_an_older_version_make_a_list_that_did_not_change_be_looked_at(
    made: Rig,
) -> None:
    made.lists[:] = [a_list(1, version="2")]
    a_known_item(1)
    made.later((LONGEST_SECONDS - START_SECONDS) / 60)
    assert len(looked(made)) == 2
    made.later(LOOK_SECONDS / 60)
    assert len(looked(made)) == 2
    made.later(LOOK_SECONDS / 60)
    assert len(looked(made)) == 1


def test_of_too_many_at_once_a_person_is_asked_and_nothing_is_done(
    made: Rig, capsys: pytest.CaptureFixture[str]
) -> None:
    items = [a_known_item(number) for number in (1, 2, 3)]
    made.lists[:], made.fallen_max = [a_list(version="2")], 2
    assert looked(made) == ["recheck_lists finished", "recheck_list parked Refused"]
    assert '"items": 3, "event": "list_lost_entries"' in capsys.readouterr().err
    settled(made)
    assert [state_of(one) for one in items] == ["acted"] * 3
    assert Job.objects.get(state="parked").arguments == {"list": digest_of("own")}
    assert not Job.objects.filter(kind=RECHECK_ITEM).exists()
    made.lists[:] = [a_list(version="3")]
    settled(made)
    made.fallen_max = 3
    retry_job(Job.objects.get(state="parked").job_id, actor=process("operator"), clock=made.clock)
    settled(made)
    assert [state_of(one) for one in items] == ["rated"] * 3


def test_another_list_is_looked_at_while_one_waits_for_a_person(made: Rig) -> None:
    item = a_known_item(1)
    item.matches.update(list_id="another")
    a_known_item(2)
    a_known_item(3)
    made.lists[:], made.fallen_max = [a_list(version="2"), a_list(name="another", version="2")], 1
    settled(made)
    assert state_of(item) == "rated" and Job.objects.filter(state="parked").count() == 1


def test_what_another_approved_list_knows_by_now_stays(made: Rig) -> None:
    first, second = a_known_item(1), a_known_item(2)
    made.lists[:] = [
        a_list(version="2"),
        a_list(1, name="another"),
        a_list(1, 2, name="unapproved", approved=False),
    ]
    settled(made)
    assert (state_of(first), state_of(second)) == ("acted", "rated")
    assert proofs_of(first) == 1 and proofs_of(second) == 0
    assert first.matches.get(list_id="another").fingerprint.value == value(1).hex()


@pytest.mark.parametrize(
    ("name", "dies"), [("put", "at_once"), ("withdraw_matches", "at_once"), ("withdraw_matches", "late")]
)
def test_a_job_that_dies_in_the_middle_has_done_nothing_and_is_done_again(
    made: Rig, name: str, dies: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = a_known_item(1)
    made.lists[:] = [a_list(version="2")]
    with monkeypatch.context() as patch:
        patch.setattr(rechecking, name, _dies if dies == "at_once" else _dies_late)
        looked(made)
        made.later(SECOND_LOOK_MINUTES)
        looked(made)
        assert state_of(item) == "acted" and proofs_of(item) == 2
        assert "match_withdrawn" not in acts()
    for _ in range(3):
        made.later(60)
        looked(made)
    assert state_of(item) == "rated" and acts().count("match_withdrawn") == 1


def _dies(*_: object, **__: object) -> None:
    raise MemoryError


def _dies_late(*given: object, **named: object) -> None:
    from tutela.hotline.cases.actions.withdrawing import withdraw_matches

    withdraw_matches(*given, **named)  # type: ignore[arg-type]
    raise MemoryError


def test_no_item_of_this_name_is_refused(made: Rig) -> None:
    put(RECHECK_ITEM, {"item": "itm_none"}, clock=made.clock)
    assert "recheck_item parked Refused" in looked(made)


def test_what_a_person_closed_as_wrong_meanwhile_is_left_alone(made: Rig) -> None:
    item = a_known_item(1)
    made.lists[:] = [a_list(version="2")]
    looked(made)
    Item.objects.filter(pk=item.pk).update(state="closed", state_reason="withdrawn")
    made.later(SECOND_LOOK_MINUTES)
    assert looked(made) == ["recheck_item finished"] and proofs_of(item) == 2
