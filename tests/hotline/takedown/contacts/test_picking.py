"""Who is told next: the highest rung, whoever needs no person, never whom people refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tutela.hotline.takedown.contacts.picking import Way, is_agreed, pick, way_of
from tutela.hotline.takedown.contacts.proposals import TOLD_RUNGS, Proposal
from tutela.share.notices.ladder import Rung


def proposal(rung: Rung = "hoster", address: str = "a@b.test", *, agreed: bool = False) -> Proposal:
    return Proposal(
        key="network:x",
        rung=rung,
        kind="mail",
        address=address,
        organisation="",
        country="",
        languages=(),
        source="rdap_network",
        answer_sha256="",
        reasons=(),
        found_at=datetime(2026, 5, 4, tzinfo=UTC),
        agreed=agreed,
        is_proxy=False,
    )


PROPOSALS = st.lists(
    st.builds(
        lambda rung, number, agreed: proposal(rung, f"{number}@b.test", agreed=agreed),
        st.sampled_from(TOLD_RUNGS),
        st.integers(0, 3),
        st.booleans(),
    )
)


@given(PROPOSALS, st.data())
def test_nobody_refused_is_picked_and_nobody_on_a_higher_rung_is_passed(
    proposals: list[Proposal], data: st.DataObject
) -> None:
    ways = [way_of(one) for one in proposals]
    states = st.sampled_from(["approved", "refused", ""])
    decided: Mapping[Way, str] = {way: data.draw(states) for way in ways}
    best = pick(proposals, decided)
    free = [one for one in proposals if decided[way_of(one)] != "refused"]
    assert (best is None) == (not free)
    if best is not None:
        assert best in free
        assert all(TOLD_RUNGS.index(best.rung) <= TOLD_RUNGS.index(one.rung) for one in free)
        beside = [one for one in free if one.rung == best.rung]
        assert is_agreed(best, decided) == any(is_agreed(one, decided) for one in beside)


def test_of_several_who_need_a_person_the_first_is_asked_about() -> None:
    one, two = proposal(address="one@b.test"), proposal(address="two@b.test")
    assert pick([one, two], {}) is one
    assert pick([one, two], {way_of(two): "approved"}) is two
    assert pick([one, two], {way_of(one): "refused"}) is two
    assert pick([proposal("upstream")], {}, rungs=("hoster",)) is None
