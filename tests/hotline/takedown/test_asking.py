"""One question to a host: what came is hashed here, and looked at only where it is new."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from tests.hotline.cases.rig import KNOWN, OTHER, PLACE, Rig, rig
from tutela.hotline.cases.actions.findings import Print
from tutela.hotline.cases.looking import Looked
from tutela.hotline.takedown.asking import Question, ask, ask_for_control, pictures_of
from tutela.hotline.takedown.judging import Pdq
from tutela.kernel.custody.sealed_texts import seal_text
from tutela.kernel.egress.replaying import Recorded, ReplayFetcher
from tutela.kernel.egress.urls import parse_url
from tutela.kernel.errors import Unavailable
from tutela.kernel.fetcher.orders import Fetched, FetchOrder, NotFetched

PDQ = "f0" * 32


class Looker:
    """Says the same of everything, and counts how often it was asked."""

    def __init__(self) -> None:
        self.looks = 0

    def look(self, descriptor: int) -> Looked:
        self.looks += 1
        prints = (Print(kind="pdq", value=PDQ, form="f0/r0", quality=77),)
        return Looked(status="unknown", prints=prints)


def question(made: Rig, known: bytes = KNOWN) -> Question:
    return Question(
        sealed_url=seal_text(PLACE, made.fetch),
        vantage="direct",
        known_sha256=hashlib.sha256(known).hexdigest(),
        bytes_max=1 << 20,
    )


@pytest.mark.parametrize(("body", "looks"), [(KNOWN, 0), (OTHER, 1)])
def test_only_new_bytes_are_opened(body: bytes, looks: int) -> None:
    looker = Looker()
    with rig(body) as made:
        came = ask(question(made), replace(made.equipment(), looker=looker))
    assert looker.looks == looks
    assert came.address == parse_url(PLACE)
    assert came.shown.status == 200 and came.shown.whole and not came.shown.elsewhere
    assert came.shown.sha256 == hashlib.sha256(body).hexdigest()
    assert came.shown.pictures == (Pdq(value=int(PDQ, 16), quality=77),) * looks


def test_what_did_not_come_says_its_status_and_nothing_else() -> None:
    with rig() as made:
        made.show({PLACE: Recorded(status=503, failure="too_slow")})
        shown = ask(question(made), made.equipment()).shown
    assert (shown.status, shown.whole, shown.sha256) == (503, False, "")


def test_a_fetcher_that_tells_of_other_bytes_is_not_believed() -> None:
    with rig(OTHER) as made:
        honest = made.service

        class Liar:
            def fetch(self, order: FetchOrder, descriptor: int) -> Fetched | NotFetched:
                answer = honest.fetch(order, descriptor)
                assert isinstance(answer, Fetched)
                return replace(answer, sha256=hashlib.sha256(KNOWN).hexdigest())

        with pytest.raises(Unavailable):
            ask(question(made), replace(made.equipment(), fetcher=Liar()))


def test_a_control_look_asks_for_what_nobody_has_and_for_the_front_page() -> None:
    with rig() as made:
        found = ask_for_control(parse_url(PLACE), question(made), made.equipment())
        (fetcher,) = (one for one in made.service._fetchers.values() if getattr(one, "asked", None))
    assert isinstance(fetcher, ReplayFetcher)
    nothing, front = fetcher.asked
    assert front == "https://host.test/"
    assert nothing.startswith("https://host.test/") and nothing.endswith(".png") and nothing != PLACE
    assert (found.nothing.status, found.front.status) == (0, 0)


def test_only_pdqs_are_compared_with_pictures() -> None:
    prints = (
        Print(kind="sha256", value="00" * 32, form="file"),
        Print(kind="pdq", value=PDQ, form="f0/r0", quality=None),
    )
    assert pictures_of(prints) == (Pdq(value=int(PDQ, 16), quality=0),)


def test_that_our_own_door_kept_us_back_is_no_answer_of_a_host() -> None:
    with rig() as made:
        made.show({PLACE: Recorded(status=0, failure="host_busy")})
        with pytest.raises(Unavailable):
            ask(question(made), made.equipment())
