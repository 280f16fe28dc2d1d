"""tutela's shape: its answers by role, and the kit on tutela's own service in all three shapes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.own_service import NAME, Own, own_service
from tutela.demo.samples import GeneratedSamples
from tutela.detect.media.pool import MediaPool
from tutela.detect.service.conformance.kit import Kit, Options
from tutela.detect.service.conformance.own_values import values_by
from tutela.detect.service.conformance.results import Sheet
from tutela.detect.service.conformance.shapes.choice import ShapeName, subject_of
from tutela.detect.service.conformance.shapes.contract import Answer, Entry, Hit, Misbehaved, Reply
from tutela.detect.service.conformance.shapes.native import NativeSubject
from tutela.detect.service.conformance.suite import run_suite
from tutela.detect.service.conformance.wire import Wire

MATCH = {"list": "a", "version": "1", "class": "csam"}


def reply(value: Any, status: int = 200) -> Reply:
    return Reply(status=status, body=json.dumps(value).encode())


def subject(token: str = "t") -> NativeSubject:
    return NativeSubject(Wire("http://h"), token, lambda picture: [])


def test_answers_of_both_roles_are_read() -> None:
    told = {**MATCH, "entry": "e", "distance_bits": 4}
    assert subject().parse(reply({"status": "candidate", "matches": [told]})) == Answer(
        hits=(Hit(list="a", entry="e", distance_bits=4),)
    )
    assert subject().parse(reply({"status": "known", "matches": [MATCH]})).hits == (Hit(list="a"),)
    assert subject().parse(reply({"status": "unreadable", "matches": []})).unread


@pytest.mark.parametrize("said", [[], {}, {"status": "known", "matches": 1}, {"status": "x", "matches": [1]}])
def test_other_answers_misbehave(said: Any) -> None:
    with pytest.raises(Misbehaved):
        subject().parse(reply(said))


def test_without_a_token_there_is_none_to_get_wrong() -> None:
    assert "token" in subject().abilities
    assert "token" not in subject("").abilities
    assert subject().list_name("hashes-1") == "tutela-hashes-1"


@pytest.fixture(scope="module")
def pool() -> Iterator[MediaPool]:
    with MediaPool(workers=1) as opened:
        yield opened


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Own]:
    folder: Path = tmp_path_factory.mktemp("own")
    with own_service(folder / "match") as running:
        yield running


def kit_on(own: Own, pool: MediaPool, shape: ShapeName, **options: Any) -> Kit:
    url = own.url + ("/hma" if shape == "hma" else "")
    token = f"{NAME}:{own.token}" if shape == "arachnid" else own.token
    return Kit(
        subject=subject_of(shape, Wire(url, timeout_seconds=10), token, values_by(pool)),
        samples=GeneratedSamples(),
        options=Options(pictures=2, many=50, askers=2, wait_seconds=5, **options),
    )


def failed(sheet: Sheet) -> list[str]:
    return [f"{row.title}: {row.words}" for row in sheet.rows if row.status == "failed"]


@pytest.mark.slow
def test_tutela_passes_everything_and_keeps_nothing(own: Own, pool: MediaPool) -> None:
    kit = kit_on(own, pool, "tutela")
    sheet = run_suite(kit, own.url)
    assert (failed(sheet), sheet.count("not applicable"), sheet.left_behind) == ([], 0, 0)


@pytest.mark.slow
def test_tutela_in_hmas_shape_misses_no_kind_of_copy_but_the_crop(own: Own, pool: MediaPool) -> None:
    """A bank holds one hash of a picture, as its clients expect; crops are found through several."""
    sheet = run_suite(kit_on(own, pool, "hma"), own.url)
    assert set(failed(sheet)) <= {"10 % crop a side: "}
    assert {row.check for row in sheet.rows if row.status == "not applicable"} == {"batch"}


@pytest.mark.slow
def test_tutela_in_arachnids_shape_passes_what_can_be_asked(own: Own, pool: MediaPool) -> None:
    teacher = kit_on(own, pool, "tutela")
    assert teacher.known()
    sheet = run_suite(kit_on(own, pool, "arachnid", preloaded=True), own.url)
    assert failed(sheet) == []
    assert {"altered-copies", "bad-uploads", "concurrency"} <= {
        row.check for row in sheet.rows if row.status == "passed"
    }
    assert teacher.tidy() == 0


@pytest.mark.slow
def test_an_entry_of_a_list_that_is_not_there_misbehaves(own: Own, pool: MediaPool) -> None:
    asked = kit_on(own, pool, "tutela").subject
    with pytest.raises(Misbehaved, match="404"):
        asked.remove(Entry(list="tutela-none", name="x"))
