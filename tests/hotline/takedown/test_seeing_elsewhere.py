"""What a look at a place brings that is led to another host: where the content is, and its signs there."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from tests.hotline.cases.rig import KNOWN, OTHER, PLACE, DigestLooker, Rig, rig
from tests.hotline.takedown.making import WORKER
from tests.hotline.takedown.test_jobs import acted
from tutela.hotline.cases.actions.findings import Print, record_fingerprints
from tutela.hotline.cases.equipment import equipped
from tutela.hotline.cases.looking import Looked
from tutela.hotline.cases.models import Sighting
from tutela.hotline.cases.moved_places import MovedPlace
from tutela.hotline.takedown.asking import Came
from tutela.hotline.takedown.judging import PageSigns, Shown
from tutela.hotline.takedown.seeing import _new_signs, see
from tutela.kernel.egress.replaying import Recorded
from tutela.kernel.egress.urls import parse_url

pytestmark = pytest.mark.django_db

PDQ, NEAR = "f0" * 32, "f0" * 31 + "f1"
ELSEWHERE = "https://elsewhere.test/picture.png"


class PdqLooker(DigestLooker):
    """Says a PDQ of what is no known bytes: nearly that of the known."""

    def look(self, descriptor: int) -> Looked:
        pdq = Print(kind="pdq", value=NEAR, form="f0/r0", quality=80)
        looked = super().look(descriptor)
        return replace(looked, prints=(*looked.prints, pdq))


def moved(made: Rig, body: bytes, **headers: str) -> MovedPlace | None:
    """What a look finds that is led to another host, where this is."""
    sighting = Sighting.objects.get(how="fetched")
    to = Recorded(body=body, headers=headers)
    made.show({PLACE: Recorded(status=302, leads_to=ELSEWHERE, address="198.51.100.7"), ELSEWHERE: to})
    with equipped(made.equipment()):
        seen = see(sighting, "direct", made.equipment())
    assert seen.met == "198.51.100.7" and str(seen.there) == str(parse_url(PLACE))
    return seen.moved


def test_the_same_bytes_elsewhere_come_with_the_prints_of_before() -> None:
    with rig() as made:
        item = acted(made)
        place = moved(made, KNOWN)
    assert place is not None
    rows = item.fingerprints.values_list("kind", "form", "value")
    assert [(one.kind, one.form, one.value) for one in place.signs.prints] == list(rows) != []


def test_an_altered_picture_elsewhere_comes_with_its_own() -> None:
    with rig() as made:
        acted(made)
        seen = Sighting.objects.get(how="fetched")
        pdq = Print(kind="pdq", value=PDQ, form="f0/r0", quality=80)
        record_fingerprints(seen, (pdq,), actor=WORKER, clock=made.clock)
        made.looker = PdqLooker()
        place = moved(made, OTHER)
    assert place is not None
    assert place.answer.sha256 == hashlib.sha256(OTHER).hexdigest()
    assert {one.value for one in place.signs.prints} == {NEAR, place.answer.sha256}


def test_a_page_elsewhere_comes_with_the_signs_of_its_text() -> None:
    with rig() as made:
        acted(made)
        page = PageSigns(text_bytes=11, text_digest="d" * 64, text_simhash=5)
        came = Came(
            shown=Shown(status=200, whole=True, elsewhere=True, size_bytes=1, sha256="e" * 64, page=page)
        )
        new = _new_signs(came)
    assert (new.text_bytes, new.text_digest, new.text_simhash, new.prints) == (11, "d" * 64, f"{5:016x}", ())


@pytest.mark.parametrize("body", [b"something else", b""])
def test_what_is_no_content_elsewhere_is_no_place(body: bytes) -> None:
    with rig() as made:
        acted(made)
        assert moved(made, body) is None
