from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.hotline.people.mandate.samples import mandate
from tutela.hotline.people.mandate.acts import ACTS
from tutela.hotline.people.mandate.shapes import NotInMandate
from tutela.kernel.errors import Refused

TOLD = datetime(2026, 3, 1, 12, tzinfo=UTC)
#: Acts that each sample refuses, written down by hand: the answer, not the way to it.
REFUSED = {
    "view-and-notify": set(),
    "police-first": set(),
    "no-storage": {
        "receive_upload",
        "store_evidence",
        "open_evidence",
        "hand_over_evidence",
        "place_hold",
        "share_evidence",
    },
    "no-viewing": {
        "receive_upload",
        "store_evidence",
        "view_protected",
        "view_full",
        "open_evidence",
        "assess",
        "hand_over_evidence",
        "place_hold",
        "file_cybertip",
        "refer_partner",
        "share_evidence",
        "list_shared",
        "list_provider",
        "list_device",
        "publish_list",
    },
}


@pytest.mark.parametrize("sample", REFUSED)
@pytest.mark.parametrize("act", ACTS)
def test_every_act_is_granted_or_refused_with_its_reason(sample: str, act: str) -> None:
    house = mandate(sample)
    if act not in REFUSED[sample]:
        house.check(act)
        assert house.grants(act)
        return
    with pytest.raises(NotInMandate) as caught:
        house.check(act)
    refusal: Exception = caught.value
    assert isinstance(refusal, Refused) and not house.grants(act)
    said = refusal.public_message()
    assert said.startswith(f"this house may not {ACTS[act].sentence}: its mandate ({house.name}, number 1)")
    assert all((f"'{grant}'" in said) == (grant not in house.granted) for grant in ACTS[act].needs)


def test_a_word_that_is_no_act_is_a_fault_and_nothing_that_is_granted() -> None:
    for ask in (mandate("view-and-notify").check, mandate("view-and-notify").grants):
        with pytest.raises(ValueError, match="no act of the hotline"):
            ask("show_everything")


def test_the_police_come_first_where_the_mandate_says_so() -> None:
    house = mandate("police-first")
    with pytest.raises(NotInMandate, match="the police are told first"):
        house.check_police("notify_host", told=None, now=TOLD)
    with pytest.raises(NotInMandate, match="the police have 72 hours"):
        house.check_police("notify_host", told=TOLD, now=TOLD + timedelta(hours=72, seconds=-1))
    house.check_police("notify_host", told=TOLD, now=TOLD + timedelta(hours=72))
    house.check_police("refer_police", told=None, now=TOLD)
    house.check_police("assess", told=None, now=TOLD)
    mandate("view-and-notify").check_police("notify_host", told=None, now=TOLD)


def test_only_what_others_learn_of_waits_for_the_police() -> None:
    waiting = {name for name, act in ACTS.items() if act.waits_for_police}
    assert {"notify_host", "refer_partner", "file_cybertip", "publish_list"} <= waiting
    assert not waiting & {"refer_police", "hand_over_evidence", "retract_notice", "withdraw_entry"}


def test_a_sample_is_a_rehearsal() -> None:
    assert mandate("no-storage").rehearsal
    assert not mandate("no-storage", ('"XX"', '"DE"')).rehearsal
