from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it has no types
import pytest

from tests.hotline.partners.making import (
    OFFICER,
    a_clock,
    a_partner,
    a_referral,
    a_referrer,
    an_item,
    dropped,
    opened,
)
from tests.hotline.partners.test_paper import drawn
from tutela.hotline import partners
from tutela.hotline.cases.models import Item, Sighting, Verdict
from tutela.hotline.ledger.models import LedgerEntry
from tutela.hotline.partners import rendering
from tutela.hotline.partners.actions import queue_referral
from tutela.hotline.partners.documents import build_document
from tutela.hotline.partners.models import Referral
from tutela.hotline.people.mandate.reading import mandate_in_force

pytestmark = pytest.mark.django_db
SCHEMA = json.loads((Path(partners.__file__).parent / "referral.schema.json").read_text(encoding="utf-8"))


def files(tmp_path: Path) -> dict[str, str]:
    a_referrer(tmp_path, a_clock()).step()
    found = opened(dropped(tmp_path)[0].read_bytes())
    return {
        name: data.decode("latin-1" if name.endswith(".pdf") else "utf-8") for name, data in found.items()
    }


def a_full_item() -> Item:
    """An item with a match and a verdict, and a sighting of which everything is known."""
    clock = a_clock()
    item = an_item(clock, urgent=True)
    Sighting.objects.filter(item=item).update(
        blob="blb_" + "a" * 32, size_bytes=7, country="DE", network_number=64_500, tool="tutela"
    )
    Verdict.objects.create(
        item=item,
        legal_class="csam",
        scheme="inhope",
        category="baseline",
        votes=2,
        organisations=1,
        log_index=0,
        made_at=clock.now(),
    )
    return item


def test_the_json_is_what_its_schema_says(tmp_path: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    clock = a_clock()
    empty = an_item(clock, known=False)
    Sighting.objects.filter(item=empty).update(url_sealed=b"", response_sealed=b"", sha256="")
    queue_referral(
        [a_full_item(), empty], a_partner(clock), grounds="child_in_danger", actor=OFFICER, clock=clock
    )
    data: dict[str, Any] = json.loads(files(tmp_path)["referral.json"])
    jsonschema.validate(data, SCHEMA)
    bare, full = data["items"]  # in the order in which they were opened
    assert full["verdicts"][0]["people"] == 2 and full["matches"][0]["approved"] is True
    assert full["sightings"][0]["way"]["steps"][0]["certificate_sha256"] == "c" * 64
    assert bare["sightings"][0]["address"] == "" and bare["sightings"][0]["way"] == {}
    assert data["test"] is True and data["answer"].startswith("https://help.test/answer/")


def test_the_schema_refuses_what_it_does_not_know(tmp_path: Path) -> None:
    a_referral(a_clock())
    data = json.loads(files(tmp_path)["referral.json"])
    wrongs: tuple[dict[str, Any], ...] = (
        {"version": 2},
        {"bytes": "AAAA"},
        {"items": []},
        {"made_at": "yesterday"},
    )
    for wrong in wrongs:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(data | wrong, SCHEMA)


def test_page_and_text_say_what_the_json_says(tmp_path: Path) -> None:
    clock = a_clock()
    queue_referral([a_full_item()], a_partner(clock), grounds="assessed", actor=OFFICER, clock=clock)
    found = files(tmp_path)
    data = json.loads(found["referral.json"])
    seen = data["items"][0]["sightings"][0]
    for text in (found["referral.html"], found["referral.txt"]):
        for said in (
            data["referral"],
            data["answer"],
            seen["address"],
            seen["sha256"],
            seen["seal"],
            "AS64500",
        ):
            assert str(said).replace("&", "&amp;") in text or str(said) in text
        assert (
            "TEST" in text
            and "2 people of 1 organisations" in text
            and "192.0.2.7" in text
            and "AS64500" in text
        )
    assert "<script" not in found["referral.html"] and "<a " not in found["referral.html"]
    assert "<img" not in found["referral.html"] and "@page" in found["referral.html"]


def test_an_address_writes_nothing_into_the_page(tmp_path: Path) -> None:
    clock = a_clock()
    referral = a_referral(clock)
    evil = 'https://x.test/"><script>alert(1)</script>'
    document = build_document(
        referral, mandate_in_force(clock=clock), answer="x", made_at=clock.now(), opened=lambda *_: evil
    )
    assert b"<script>" not in rendering.render_page(document)
    assert evil.encode() in rendering.render_text(document)
    assert json.loads(rendering.render_json(document))["items"][0]["sightings"][0]["way"] == {"text": evil}


@pytest.mark.parametrize("untrusted", ["[]", "7", "{", "[" * 100_000])
def test_a_record_that_is_no_table_is_passed_on_as_text(untrusted: str) -> None:
    clock = a_clock()
    document = build_document(
        a_referral(clock),
        mandate_in_force(clock=clock),
        answer="x",
        made_at=clock.now(),
        opened=lambda *_: untrusted,
    )
    assert document.items[0].sightings[0].way == {"text": untrusted}


def test_who_saw_how_often_is_counted_and_nobody_is_named(tmp_path: Path) -> None:
    item = a_full_item()
    blob, clock = item.sightings.get().blob, a_clock()
    referral = Referral(public_id="ref_" + "a" * 32, partner=a_partner(clock), grounds="assessed")
    referral.queued_at = referral.moved_at = referral.due = clock.now() + timedelta(0)
    referral.save()
    referral.referred.create(item=item)
    for place, who in enumerate(("usr_" + "a" * 32, "usr_" + "a" * 32, "usr_" + "b" * 32)):
        LedgerEntry.objects.create(
            index=1_000 + place,
            leaf=b"{}",
            leaf_hash=b"h" * 32,
            act="custody_opened",
            actor_kind="custody",
            actor=who,
            subject=blob,
            at=clock.now(),
        )
    document = build_document(
        referral, mandate_in_force(clock=clock), answer="x", made_at=clock.now(), opened=lambda *_: "{}"
    )
    facts = document.items[0]
    assert (facts.openings, facts.people_opened, facts.sightings[0].openings) == (3, 2, 3)
    assert b"usr_" not in rendering.render_archive(document) + rendering.render_json(document)


def test_a_partner_reads_it_in_its_own_language(tmp_path: Path) -> None:
    clock = a_clock()
    a_referral(clock, partner=a_partner(clock, language="de"))
    found = files(tmp_path)
    assert '<html lang="de">' in found["referral.html"] and "Adresse" in found["referral.txt"]


def test_the_paper_says_what_the_text_says(tmp_path: Path) -> None:
    a_referral(a_clock())
    found = files(tmp_path)
    pages = drawn(found["referral.pdf"].encode("latin-1"))
    on_paper = "".join("".join(row.split()) for page in pages for row in page[:-1])
    assert on_paper == "".join(found["referral.txt"].split())
