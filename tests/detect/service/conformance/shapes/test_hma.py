"""HMA's shape: both forms of its answers, and the kit on HMA's behaviour reports exactly its holes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.hma_standin import HmaStandin
from tests.serving import served
from tutela.demo.samples import GeneratedSamples
from tutela.detect.service.conformance.kit import Kit, Options
from tutela.detect.service.conformance.results import Sheet
from tutela.detect.service.conformance.shapes.contract import Answer, Entry, Hit, Misbehaved, Reply, Upload
from tutela.detect.service.conformance.shapes.hma import HmaSubject
from tutela.detect.service.conformance.suite import run_suite
from tutela.detect.service.conformance.wire import Wire

#: What threatexchange's hasher does not find again (peers.md 1a; its quality rule refuses 1-bit pictures of
#: this kind), what its decoder's exceptions do, and ThreatExchange issue 1318.
HOLES = {
    "1-bit", "GIF", "palette PNG", "CMYK JPEG", "mirrored", "turned 90 degrees", "EXIF-turned",
    "10 % crop a side",
    "empty", "truncated picture", "text", "random bytes", "picture that announces 900 million pixels",
    "ZIP that unpacks to a thousand times its size",
    "1 entry",
}  # fmt: skip


def reply(value: Any) -> Reply:
    return Reply(status=200, body=json.dumps(value).encode())


@pytest.fixture
def subject() -> HmaSubject:
    return HmaSubject(Wire("http://127.0.0.1:1"))


@pytest.mark.parametrize(
    ("said", "hits"),
    [
        ({}, ()),
        ({"pdq": {}}, ()),
        ({"pdq": []}, ()),
        ({"pdq": ["A", "B"]}, (Hit(list="A"), Hit(list="B"))),
        (
            {"pdq": {"A": [{"bank_content_id": 7, "distance": "4"}]}},
            (Hit(list="A", entry="7", distance_bits=4),),
        ),
        ({"video_md5": {"A": [{"bank_content_id": 7, "distance": "-"}]}}, (Hit(list="A", entry="7"),)),
    ],
)
def test_answers_of_both_ages_are_read(subject: HmaSubject, said: Any, hits: tuple[Hit, ...]) -> None:
    assert subject.parse(reply(said)) == Answer(hits=hits)


@pytest.mark.parametrize("said", [[], 1, {"pdq": 1}, {"pdq": {"A": [1]}}, {"pdq": {"A": 1}}, {"pdq": [1]}])
def test_other_answers_misbehave(subject: HmaSubject, said: Any) -> None:
    with pytest.raises(Misbehaved):
        subject.parse(reply(said))


def test_bank_names_are_capitals(subject: HmaSubject) -> None:
    assert subject.list_name("hashes-1-0a") == "TUTELA_HASHES_1_0A"


def test_a_token_is_an_ability_and_the_first_part_of_the_path(subject: HmaSubject) -> None:
    assert "token" not in subject.abilities
    assert "token" in HmaSubject(Wire("http://h"), "t").abilities
    with pytest.raises(Misbehaved):
        subject.ask_batch([])


@pytest.fixture(scope="module")
def standin_url() -> Iterator[str]:
    with served(HmaStandin().app()) as url:
        yield url


def test_every_call_of_the_shape_is_understood(standin_url: str) -> None:
    subject, picture = HmaSubject(Wire(standin_url)), GeneratedSamples().original(5)
    subject.create_list("TUTELA_X")
    first = subject.add_picture("TUTELA_X", "ignored", picture)
    second = subject.add_hash("TUTELA_X", "ignored", bytes(range(32)))
    assert subject.ask_picture(picture).names(first)
    assert subject.ask_hash(bytes(range(32))).distance_bits(second) == 0
    subject.remove(first)
    assert not subject.ask_picture(picture).names(first)
    assert subject.send(Upload(data=b"")).status == 500
    assert subject.send_hash(b"short").status == 400
    subject.delete_list("TUTELA_X")
    with pytest.raises(Misbehaved, match="404"):
        subject.add_hash("TUTELA_X", "ignored", bytes(32))
    with pytest.raises(Misbehaved, match="404"):
        subject.remove(Entry(list="TUTELA_X", name="1"))


def asked(standin: HmaStandin) -> Sheet:
    with served(standin.app()) as url:
        wire = Wire(url, timeout_seconds=10)
        options = Options(pictures=2, many=50, askers=2, wait_seconds=0.3)
        return run_suite(
            Kit(subject=HmaSubject(wire), samples=GeneratedSamples(), options=options), wire.host
        )


@pytest.mark.slow
def test_the_kit_reports_exactly_the_holes_of_hma() -> None:
    standin = HmaStandin(index_of_one=True)
    sheet = asked(standin)
    assert {row.title for row in sheet.rows if row.status == "failed"} == HOLES
    assert {row.check for row in sheet.rows if row.status == "not applicable"} == {"wrong-token", "batch"}
    assert (standin.banks, sheet.left_behind) == ({}, 0)


@pytest.mark.slow
def test_a_late_index_fails_on_freshness() -> None:
    sheet = asked(HmaStandin(rebuild_seconds=3_600))
    assert "freshness" in {row.check for row in sheet.rows if row.status == "failed"}
