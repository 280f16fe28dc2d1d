"""What the pilot says to the person: one file in ``sentences`` for each language (``person.words``)."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from tutela.prevent.guard.person.words import FALLBACK, LANGUAGES, Words
from tutela.prevent.guard.pilot.questions import SCALES, Question
from tutela.prevent.guard.pilot.studies import Study

#: Version of the text of the consent. It rises when the text says something else, in all languages at once.
TEXT_VERSION = 1
#: The paragraphs in the order in which they are read (table ``consent``).
PARAGRAPHS = (
    "what",
    "free",
    "arms",
    "asked",
    "sends_answers",
    "sends_events",
    "sends_counts",
    "sends_leaving",
    "never_sent",
    "who_reads",
    "you_send",
    "published",
    "leave",
    "device",
)


def words_for(language: str) -> Words:
    """The sentences of a language tag such as ``pt-BR``; English where nobody wrote its language."""
    first = language.lower().replace("_", "-").partition("-")[0]
    return _words(first if first in LANGUAGES else FALLBACK)


@cache
def _words(language: str) -> Words:
    folder = files("tutela.prevent.guard.pilot").joinpath("sentences")
    tables = tomllib.loads(folder.joinpath(f"{language}.toml").read_text(encoding="utf-8"))
    return Words(
        language, {f"{table}.{name}": said for table, names in tables.items() for name, said in names.items()}
    )


def consent_paragraphs(study: Study, language: str) -> tuple[str, ...]:
    """The consent to this study, from its heading to the question. Only what it asks for is named as sent."""
    words = words_for(language)
    facts = {
        "title": study.title,
        "clinic": study.clinic,
        "purpose": study.purpose_in(words.language),
        "law": study.law,
        "ethics": study.ethics,
        "contact": study.contact,
        "url": study.url,
        "ends": study.ends.isoformat(),
        "arms": "; ".join(f"{name}: {says}" for name, says in study.arms.items()),
    }
    left_out = {f"sends_{kind}" for kind in ("answers", "events", "counts", "leaving")} - {
        f"sends_{kind}" for kind in study.sends
    }
    said = [words.say(f"consent.{one}", **facts) for one in PARAGRAPHS if one not in left_out]
    return (words.say("consent.heading", **facts), *said, words.say("consent.question"))


def asked(question: Question, language: str) -> tuple[str, tuple[str, ...]]:
    """A question and its answers, the lowest first."""
    words = words_for(language)
    answers = (words.say(f"scales.{question.scale}_{value}") for value in range(SCALES[question.scale]))
    return words.say(f"questions.{question.name}"), tuple(answers)
