"""The panel of the settings: named, allowed, and not without a reason in law."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import pytest

from tests.detect.service import making
from tutela.detect.fingerprints.shapes import FileFingerprints, Fingerprint
from tutela.detect.media.shapes import MediaFacts
from tutela.detect.service.bodies import Body
from tutela.detect.service.outside.asking import panel_of, subject_of
from tutela.detect.service.outside.opinions import LEAVING
from tutela.detect.service.outside.panel import TIME_LIMIT_SECONDS
from tutela.detect.service.settings import OpinionTerms, ServiceSettings
from tutela.kernel.errors import Invalid, Refused, TutelaError

NAME = "photodna-simulator"
LAWFUL = {"legal_basis": "GDPR 6(1)(f), balanced on 2026-05-01", "leaves": ["bytes"]}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def settings(*names: str, **terms: Any) -> ServiceSettings:
    return ServiceSettings.model_validate({"opinions": names, "opinion_terms": {NAME: terms}})


@pytest.fixture
def body() -> Iterator[Body]:
    with making.upload(PNG) as upload:
        yield upload


def test_nobody_is_asked_by_default() -> None:
    assert panel_of(ServiceSettings()).names == ()
    assert panel_of(settings(**LAWFUL)).names == ()
    assert ServiceSettings().opinion_seconds == TIME_LIMIT_SECONDS


def test_who_is_named_and_allowed_is_asked() -> None:
    assert panel_of(settings(NAME, **LAWFUL)).names == (NAME,)


def test_everything_that_can_leave_can_be_named() -> None:
    (annotation, _) = get_args(OpinionTerms.model_fields["leaves"].annotation)
    assert get_args(annotation) == LEAVING


@pytest.mark.parametrize(
    ("chosen", "error"),
    [
        (settings(NAME), Refused),
        (settings(NAME, leaves=["bytes"]), Refused),
        (settings(NAME, legal_basis=LAWFUL["legal_basis"]), Refused),
        (settings("vendor-simulator", **LAWFUL), Refused),
        (settings(NAME, NAME, **LAWFUL), Invalid),
        (settings(NAME, **LAWFUL, options={"unknown": 1}), TutelaError),
        (
            ServiceSettings(opinions=("nobody",), opinion_terms={"nobody": OpinionTerms(**LAWFUL)}),
            TutelaError,
        ),
    ],
)
def test_the_service_does_not_start_otherwise(chosen: ServiceSettings, error: type[Exception]) -> None:
    with pytest.raises(error):
        panel_of(chosen)


def test_an_upload_is_a_subject_with_its_bytes_and_fingerprints(body: Body) -> None:
    md5 = Fingerprint(kind="md5", value=bytes(16))
    found = FileFingerprints(
        member=None, size_bytes=len(PNG), facts=MediaFacts(), trouble=None, prints=(md5,)
    )
    subject = subject_of(body, found)
    assert subject is not None
    assert (subject.medium, subject.size_bytes, subject.prints) == ("picture", len(PNG), (md5,))
    assert subject.read() == PNG


@pytest.mark.parametrize("content", [b"PK\x03\x04" + bytes(64), b"just words"])
def test_what_is_no_picture_and_no_film_is_no_subject(content: bytes) -> None:
    found = FileFingerprints(member=None, size_bytes=0, facts=MediaFacts(), trouble=None, prints=())
    with making.upload(content) as upload:
        assert subject_of(upload, found) is None
