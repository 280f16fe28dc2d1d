"""What the opener writes down, and whom it refuses."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from tests.hotline.cases.making import CLOCK, an_item
from tutela.hotline.cases.actions import openings
from tutela.hotline.cases.actions.openings import record_opening
from tutela.hotline.cases.models import Sighting
from tutela.hotline.ledger.models import LedgerEntry
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.people.models import Person, RoleHeld
from tutela.hotline.people.roles import ADMINISTRATOR, ANALYST, AUDITOR, LIST_APPROVER
from tutela.kernel.custody.blobs import BLOB_PREFIX
from tutela.kernel.custody.envelopes import Contents
from tutela.kernel.custody.keys import EPOCH_PREFIX
from tutela.kernel.custody.records import parse
from tutela.kernel.errors import Refused, Unavailable
from tutela.kernel.ids import new_id
from tutela.kernel.opener.orders import OpenOrder

pytestmark = pytest.mark.django_db
BLOB = new_id(BLOB_PREFIX)
CONTENTS = Contents(blob=BLOB, size_bytes=3, sha256="a" * 64, sha3_256="b" * 64, salt=b"s" * 32)


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A TUTELA_HOME whose mandate grants to store and to view."""
    rehearse(tmp_path, clock=CLOCK)
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    return tmp_path


def a_person(state: str = "active", role: str = ANALYST) -> str:
    made = Person.objects.create(name="Anna", email="anna@hotline.test", state=state, made_at=CLOCK.now())
    RoleHeld.objects.create(person=made, role=role, given_at=CLOCK.now())
    return made.public_id


def a_case(*, blob: str = "") -> str:
    item = an_item("https://host.test/a")
    Sighting.objects.update(blob=blob)
    return item.public_id


def of_text(case: str, **change: Any) -> OpenOrder:
    row: dict[str, Any] = {
        "purpose": "notice",
        "kind": "process",
        "who": "sender",
        "case": case,
        "sealed": b"x",
    }
    return OpenOrder(**{**row, **change})


def test_a_text_opened_for_the_sender_is_an_entry_without_the_text() -> None:
    case = a_case()
    record_opening(of_text(case), None, clock=CLOCK)
    entry = LedgerEntry.objects.order_by("-index")[0]
    assert (entry.act, entry.subject) == ("address_opened", case)
    assert b"notice" in bytes(entry.leaf)
    assert b"host.test" not in bytes(entry.leaf)


def test_an_object_opened_for_a_person_is_a_step_of_its_custody() -> None:
    case, anna = a_case(blob=BLOB), a_person()
    order = of_text(case, kind="person", who=anna, purpose="tile", sealed=b"", blob=BLOB)
    record_opening(order, CONTENTS, epoch=new_id(EPOCH_PREFIX), clock=CLOCK)
    step = parse(bytes(LedgerEntry.objects.order_by("-index")[0].leaf))
    assert step is not None
    assert (step.act, step.who, step.source, step.reason) == ("opened", anna, case, "tile")
    assert step.is_of(CONTENTS)


@pytest.mark.parametrize(
    "change",
    [
        {"case": new_id("itm_")},
        {"who": "worker"},
        {"who": "public"},
        {"purpose": "look"},
        {"kind": "person", "who": new_id("usr_")},
        {"sealed": b"", "blob": new_id(BLOB_PREFIX)},
    ],
    ids=["no case", "worker", "public", "purpose", "nobody", "object of no case"],
)
def test_who_may_not_is_refused_and_nothing_is_written(change: dict[str, Any]) -> None:
    order = of_text(**{"case": a_case(), **change})
    before = LedgerEntry.objects.count()
    with pytest.raises(Refused):
        record_opening(order, CONTENTS if order.blob else None, clock=CLOCK)
    assert LedgerEntry.objects.count() == before


@pytest.mark.parametrize("role", [ADMINISTRATOR, LIST_APPROVER, AUDITOR])
def test_who_holds_another_role_opens_nothing(role: str) -> None:
    order = of_text(a_case(), kind="person", who=a_person(role=role), purpose="look")
    with pytest.raises(Refused, match="role"):
        record_opening(order, None, clock=CLOCK)


def test_an_object_is_opened_in_its_own_case_only() -> None:
    case, anna = a_case(blob=BLOB), a_person()
    other = an_item("https://host.test/b").public_id
    for named, allowed in ((case, True), (other, False)):
        order = of_text(named, kind="person", who=anna, purpose="tile", sealed=b"", blob=BLOB)
        with nullcontext() if allowed else pytest.raises(Refused, match="this case"):
            record_opening(order, CONTENTS, epoch=new_id(EPOCH_PREFIX), clock=CLOCK)


def test_the_bytes_of_an_object_are_opened_for_nobody_at_the_desk() -> None:
    order = of_text(a_case(blob=BLOB), kind="person", who=a_person(), purpose="look", sealed=b"", blob=BLOB)
    with pytest.raises(Refused, match="protected pictures"):
        record_opening(order, CONTENTS, epoch=new_id(EPOCH_PREFIX), clock=CLOCK)


@pytest.mark.parametrize("mandate", ["no-viewing", ""])
def test_an_object_stays_closed_where_the_mandate_says_so(
    mandate: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path_factory.mktemp("another")
    if mandate:
        rehearse(home, mandate=mandate, clock=CLOCK)
    monkeypatch.setenv("TUTELA_HOME", str(home))
    order = of_text(a_case(blob=BLOB), kind="person", who=a_person(), purpose="tile", sealed=b"", blob=BLOB)
    with pytest.raises(Refused):
        record_opening(order, CONTENTS, epoch=new_id(EPOCH_PREFIX), clock=CLOCK)


def test_who_has_left_opens_nothing() -> None:
    order = of_text(a_case(), kind="person", who=a_person("left"), purpose="look")
    with pytest.raises(Refused):
        record_opening(order, None, clock=CLOCK)


def test_a_log_that_is_away_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any, **__: Any) -> int:
        raise OperationalError("disk full at https://host.test/")

    order = of_text(a_case())
    monkeypatch.setattr(openings, "record", away)
    with pytest.raises(Unavailable) as told:
        record_opening(order, None, clock=CLOCK)
    assert "host.test" not in told.value.public_message()
