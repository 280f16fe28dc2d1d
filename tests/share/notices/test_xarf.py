from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.share.notices import telling as make
from tests.share.notices.test_tables import sightings
from tests.share.notices.xarf_schema import SCHEMA
from tutela.kernel.errors import Invalid
from tutela.share.notices.contents import Sighting
from tutela.share.notices.xarf import REPORT_BYTES_MAX, build_xarf, parse_xarf, render_xarf

SAMPLE = Path(__file__).resolve().parents[4] / "shared" / "standards" / "samples" / "xarf-v4-csam.json"


def complaints(report: Any) -> list[str]:
    checker = jsonschema.Draft202012Validator(SCHEMA)
    return [error.message for error in checker.iter_errors(report)]


@pytest.mark.needs("shared")
def test_the_schema_takes_the_sample_of_the_standard_and_no_other_severity() -> None:
    sample = json.loads(SAMPLE.read_text(encoding="utf-8"))
    assert complaints(sample) == []
    assert complaints(sample | {"classification": "worst"}) and complaints(sample | {"evidence": [{}]})
    del sample["classification"]
    assert complaints(sample)


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_kind_of_notice_fits_the_schema(language: str) -> None:
    for one in make.every_kind(language):
        for report in build_xarf(one, make.head()):
            assert complaints(report) == [] and "pictures" not in report["description"]


@given(st.lists(sightings(), min_size=1, max_size=4))
def test_what_is_written_is_read_back(given_sightings: list[Sighting]) -> None:
    content = make.content(sightings=tuple(given_sightings), classification="baseline")
    reports = build_xarf(content, make.head())
    assert [complaints(report) for report in reports] == [[]] * len(given_sightings)
    read = [parse_xarf(render_xarf(report)) for report in reports]
    assert [one.url for one in read] == [one.url.canonical for one in given_sightings]
    assert {(one.notice, one.contact, one.type) for one in read} == {
        (make.NOTICE, "notices@hotline.test", "csam")
    }
    assert len({one.report_id for one in read}) == len(read)


def test_a_severity_is_told_only_where_somebody_chose_one() -> None:
    assert build_xarf(make.content(), make.head())[0]["type"] == "csem"
    chosen = build_xarf(make.content(classification="A1"), make.head())[0]
    assert (chosen["type"], chosen["classification"]) == ("csam", "A1")
    other = make.content(classification="A1", legal_class="exploitative")
    assert build_xarf(other, make.head())[0]["type"] == "csem"


def test_a_digest_is_told_to_those_who_agreed() -> None:
    for digests, told in [("none", False), ("letter", False), ("machine", True)]:
        report = build_xarf(make.content(digests=digests), make.head())[0]
        assert ("hash_values" in report) is told


def test_the_same_notice_has_the_same_reports_at_every_attempt() -> None:
    assert build_xarf(make.content(), make.head()) == build_xarf(make.content(), make.head())


def test_an_order_and_a_test_say_so() -> None:
    def read(**words: Any) -> tuple[bool, bool]:
        content = make.content(order=words.get("order"))
        report = build_xarf(content, make.head(), is_test=words.get("is_test", False))[0]
        assert complaints(report) == []
        parsed = parse_xarf(render_xarf(report))
        return parsed.is_order, parsed.is_test

    assert read() == (False, False)
    assert read(order=make.order()) == (True, False) and read(is_test=True) == (False, True)


def test_there_is_no_type_for_adults() -> None:
    assert build_xarf(make.content(legal_class="adult_ncii"), make.head()) == ()


def test_a_host_without_a_name_has_no_domain() -> None:
    report = build_xarf(make.content(sightings=(make.sighting("https://192.0.2.10/"),)), make.head())[0]
    assert "domain" not in report and report["source_identifier"] == "192.0.2.10"


@given(st.binary(max_size=400) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(
            ["xarf_version", "category", "report_id", "url", "sender", "contact", "type", "tags"]
        ),
        inner | st.sampled_from(["4.2.0", "content"]),
    ),
    max_leaves=12,
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_arbitrary_bytes_are_a_report_or_refused(untrusted: bytes) -> None:
    with suppress(Invalid):
        assert isinstance(parse_xarf(untrusted).url, str)


@pytest.mark.parametrize(
    "untrusted",
    [
        b"[" * 60_000,
        b"x" * (REPORT_BYTES_MAX + 1),
        b'{"xarf_version": "3", "category": "content"}',
        b'{"xarf_version": "4.2.0", "category": "messaging"}',
        b'{"xarf_version": "4.2.0", "category": "content", "report_id": "1", "url": "javascript:1",'
        b' "sender": {"contact": "a"}, "type": "csam"}',
    ],
    ids=["deep", "large", "old", "other", "no-url"],
)
def test_what_is_no_report_is_refused(untrusted: bytes) -> None:
    with pytest.raises(Invalid):
        parse_xarf(untrusted)
