from __future__ import annotations

import re
from importlib.resources import files
from string import Template

import pytest

from tests.share.notices import telling as make
from tutela.share.notices import dsa, forms, letters, wording, xarf
from tutela.share.notices.letters import build_notice_letter, build_retraction_letter
from tutela.share.notices.texts import LANGUAGES, texts_for

#: Words that no letter in another language has (Dutch shares "of" and "is", so they are not here).
ENGLISH = {"the", "and", "you", "please", "this", "with", "which", "from", "that", "notice", "we"}
#: Sentences that are the same in English: names only, no words.
SAME = {"notifiers.house"}


def words(text: str) -> set[str]:
    """The words of a text without addresses and mailboxes."""
    return set(re.findall(r"[a-z]+", re.sub(r"\S*[@/]\S*", " ", text.lower())))


def places(sentence: str) -> list[str]:
    return sorted(Template(sentence).get_identifiers())


def test_there_are_six_languages() -> None:
    assert sorted(LANGUAGES) == ["de", "en", "es", "fr", "nl", "pt"]
    folder = files("tutela.share.notices").joinpath("sentences")
    assert sorted(file.name for file in folder.iterdir()) == [f"{one}.toml" for one in sorted(LANGUAGES)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_sentence_with_the_same_words_filled_in(language: str) -> None:
    english, other = texts_for("en").sentences, texts_for(language).sentences
    assert texts_for(language).language == language and set(other) == set(english)
    assert {name: places(said) for name, said in other.items()} == {
        name: places(said) for name, said in english.items()
    }
    assert all(said == said.strip() for said in other.values())
    # French has a space that is not broken before its colons; a header may not (kernel.egress.letters).
    assert all(said.replace("\u00a0", "_").isprintable() for said in other.values())
    assert not [name for name, said in other.items() if "\u00a0" in said and name.startswith("subjects.")]


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_no_sentence_was_left_in_english(language: str) -> None:
    english, other = texts_for("en").sentences, texts_for(language).sentences
    assert {name for name in other if other[name] == english[name]} == SAME


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_letter_mixes_languages_or_leaves_a_place_open(language: str) -> None:
    said = [
        make.text(build_notice_letter(one, make.head(), now=make.NOW)) for one in make.every_kind(language)
    ]
    taken_back = build_retraction_letter(make.retraction(language=language), make.head(), now=make.NOW)
    said.append(make.text(taken_back))
    for text in said:
        assert not re.search(r"[${}]|%\(|None|TODO", text)
        # The American statute is cited, and the Dutch one of the builder, in their own words.
        if language != "en":
            assert not words(text) & ENGLISH


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_said_somewhere(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: set[str] = set()
    listening = make.Listening(texts_for(language), heard)
    for module in (wording, letters, forms, xarf):
        monkeypatch.setattr(module, "texts_for", lambda _: listening)
    for one in (*make.every_kind(language), make.content(reminder=make.reminder(), language=language)):
        build_notice_letter(one, make.head(), now=make.NOW, test_mailbox=one.recipient)
        forms.build_form_fields(one, make.head())
    build_notice_letter(make.content(receiver_law=None), make.head(), now=make.NOW)
    build_retraction_letter(make.retraction(), make.head(), now=make.NOW)
    assert set(listening.sentences) - heard == set() and dsa.HOSTING


def test_a_tag_leads_to_its_language_and_an_unwritten_one_to_english() -> None:
    assert texts_for("pt-BR").language == "pt" and texts_for("DE").language == "de"
    assert texts_for("ja").language == "en" and texts_for("").language == "en"


def test_a_word_that_lacks_is_an_error() -> None:
    with pytest.raises(KeyError):
        texts_for("en").say("subjects.request")
    with pytest.raises(KeyError):
        texts_for("en").say("subjects.nothing")
