from __future__ import annotations

import pytest

from tests.share.notices import telling as make
from tutela.share.notices.forms import build_form_fields, build_retraction_fields
from tutela.share.notices.texts import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_fields_are_ready_to_be_copied(language: str) -> None:
    fields = build_form_fields(make.content(language=language), make.head())
    assert fields.addresses.splitlines() == ["https://pictures.test/album/1", "https://pictures.test/album/2"]
    assert make.NOTICE in fields.reference and "Meldpunt Voorbeeld" in fields.title
    assert fields.mail == "notices@hotline.test" and "Meldpunt" in fields.notifier
    # Forms that we know take 4,000 characters and a title of 100.
    assert len(fields.text) < 4_000 and len(fields.title) <= 100


def test_the_text_names_no_address_and_the_whole_has_all() -> None:
    fields = build_form_fields(make.content(), make.head())
    assert "pictures" not in fields.text and "184b" in fields.text and "good faith" in fields.text
    assert fields.addresses in fields.whole and fields.text in fields.whole and make.NOTICE in fields.whole
    assert "pictures" not in repr(fields)


def test_a_notifier_who_is_left_out_is_left_out_here_too() -> None:
    fields = build_form_fields(make.content(names_notifier=False), make.head())
    assert "2011/93/EU" in fields.notifier


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notice_is_taken_back_the_same_way_without_an_address(language: str) -> None:
    fields = build_retraction_fields(make.retraction(language=language), make.head())
    assert make.EARLIER in fields.title and make.EARLIER in fields.text and make.EARLIER in fields.reference
    assert fields.addresses == "" and "pictures" not in fields.whole and len(fields.title) <= 100
