from __future__ import annotations

from typing import get_args

import pytest

from tests.share.notices import telling as make
from tutela.share.notices.samples import SAMPLE_TIME, Sample, build_sample
from tutela.share.notices.texts import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sample", get_args(Sample))
def test_every_kind_is_there_in_every_language_and_about_nothing(sample: Sample, language: str) -> None:
    letter = build_sample(sample, make.head(), language=language)
    assert str(letter.recipient) == "abuse@host.test" and "Meldpunt Voorbeeld" in make.text(letter)
    assert ("https://pictures.test" in make.text(letter)) is (sample != "retraction")


def test_the_law_is_that_of_the_country() -> None:
    assert "184b" in make.text(build_sample("request", make.head(), language="de", country="DE"))
    assert "184b" not in make.text(build_sample("request", make.head(), language="de"))


def test_the_letter_is_the_same_every_time() -> None:
    first = build_sample("proxy", make.head(), language="fr", rung="hoster")
    assert first == build_sample("proxy", make.head(), language="fr", rung="hoster")
    assert make.message(first)["Date"].datetime == SAMPLE_TIME
