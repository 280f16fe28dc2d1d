"""What is kept of a look-up: who could be told, for what, and nothing of the place."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.hotline.cases.rig import KEY
from tests.share.notices.registry_answers import (
    ADDRESS,
    DOMAIN_URL,
    HOST,
    NETWORK_URL,
    URL,
    bootstrap,
    entity,
    hoster,
    network,
    sold,
)
from tutela.hotline.takedown.contacts.proposals import (
    HANDED_RUNGS,
    Proposal,
    hand_overs_of,
    passed_over,
    proposals_of,
)
from tutela.kernel.clock import FixedClock
from tutela.share.notices.asking import Asker
from tutela.share.notices.finding import Found, find_recipients
from tutela.share.notices.places import read_place
from tutela.share.notices.registries import MemoryRegistries

PLACE = read_place(URL, address=ADDRESS)


def found(answer: bytes) -> Found:
    clock = FixedClock(datetime(2026, 5, 4, tzinfo=UTC))
    asker = Asker(MemoryRegistries({NETWORK_URL: answer, DOMAIN_URL: sold()}), bootstrap(), clock=clock)
    return find_recipients(PLACE, asker, clock=clock)


def proposals(answer: bytes) -> tuple[Proposal, ...]:
    return proposals_of(PLACE, found(answer), KEY)


def test_each_is_for_what_it_was_found_for_and_no_place_is_named() -> None:
    rows = proposals(hoster())
    assert [(one.rung, one.key.partition(":")[0]) for one in rows] == [
        ("hoster", "network"),
        ("registrar", "site"),
    ]
    assert len({one.key for one in rows}) == 2
    for hidden in (HOST, "site.test", ADDRESS):
        assert hidden not in "".join(one.key for one in rows)
    assert rows[0].source == "rdap_network" and len(rows[0].answer_sha256) == 64


def test_another_network_is_another_key() -> None:
    narrow = network(entity("abuse", mails=("abuse@hoster.test",)), last="198.51.100.127")
    assert proposals(narrow)[0].address == proposals(hoster())[0].address
    assert proposals(narrow)[0].key != proposals(hoster())[0].key


def test_what_could_be_the_offenders_is_counted_alone() -> None:
    own = found(network(entity("abuse", mails=("abuse@site.test",))))
    assert passed_over(own) == 1
    assert all("site.test" not in one.address for one in proposals_of(PLACE, own, KEY))


def test_no_address_shows_in_repr() -> None:
    assert "hoster.test" not in repr(proposals(hoster()))


def test_who_is_told_by_hand_is_for_a_country_or_an_engine_and_no_hotline_for_a_proxy() -> None:
    handed = hand_overs_of(found(hoster()))
    assert [(one.rung, one.key, one.agreed) for one in handed] == [
        ("index", "engine:Google Search", False),
        ("hotline", "country:NL", False),
    ]
    assert not {one.rung for one in proposals(hoster())} & set(HANDED_RUNGS)
    hidden = network(entity("abuse", mails=("abuse@proxy.test",)), name="CLOUDFLARENET")
    assert [one.rung for one in hand_overs_of(found(hidden))] == ["index"]
