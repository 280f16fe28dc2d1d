from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import get_args

import pytest

from tests.share.notices import telling as make
from tutela.share.notices.claims import Said, claims_in, phrases
from tutela.share.notices.forms import build_form_fields
from tutela.share.notices.letters import build_notice_letter, build_retraction_letter
from tutela.share.notices.texts import LANGUAGES


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("Hello, the content has been\nremoved. Regards", "removed"),
        ("Der Inhalt wurde heute gel\u00f6scht. Die Seite ist nicht mehr erreichbar.", "removed"),
        ("El contenido ya no est\u00e1 disponible.", "removed"),
        ("Le contenu n\u2019est plus accessible.", "removed"),
        ("De inhoud is verwijderd.", "removed"),
        ("O conte\u00fado foi removido.", "removed"),
        ("We reviewed it: it does not violate our terms.", "refused"),
        ("Das k\u00f6nnen wir nicht entfernen.", "refused"),
        ("This site is not hosted by us.", "not_ours"),
        ("Dat is niet onze klant.", "not_ours"),
        ("Your report was forwarded to our customer.", "forwarded"),
        ("Ihre Meldung wurde weitergeleitet.", "forwarded"),
        ("Please provide the full log.", "more_asked"),
        ("Pourriez-vous pr\u00e9ciser ?", "more_asked"),
        ("We have received your message, ticket number 7.", "received"),
        ("Recebemos a sua mensagem.", "received"),
    ],
)
def test_the_words_of_six_languages_are_heard(text: str, claim: Said) -> None:
    assert claim in claims_in(text)


def test_what_is_quoted_is_not_claimed() -> None:
    assert (
        claims_in("> it has been removed\n | has been removed\n&gt; was removed\nThank you.") == frozenset()
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_of_ours_claims_nothing_when_it_comes_back(language: str) -> None:
    head = make.head()
    for one in make.every_kind(language):
        assert claims_in(make.text(build_notice_letter(one, head, now=make.NOW))) == frozenset()
        assert claims_in(build_form_fields(one, head).whole) == frozenset()
    taken_back = build_retraction_letter(make.retraction(language=language), head, now=make.NOW)
    assert claims_in(make.text(taken_back)) == frozenset()


def test_every_claim_has_words_in_every_language_and_all_in_lower_case() -> None:
    read = tomllib.loads(files("tutela.share.notices").joinpath("claims.toml").read_text(encoding="utf-8"))
    assert set(read) == set(get_args(Said)) == set(phrases())
    for languages in read.values():
        assert set(languages) == set(LANGUAGES)
        assert all(
            word == word.lower().strip() and len(word) > 6 for one in languages.values() for word in one
        )
