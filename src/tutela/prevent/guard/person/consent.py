"""What somebody reads before anything is set up, and the record that they agreed to it.

The record says which version of the text, on which day, in which language: no name, no signature, no time
of the day. Whoever says that they were made to install it gets the way out and help; nothing is written then.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from tutela.kernel.clock import Clock
from tutela.kernel.formats import check_version
from tutela.prevent.guard.person.words import LANGUAGES, Words, words_for

#: Version of the file.
FORMAT = 1
#: Version of the text. It rises when the text says something else, in all languages at the same time.
TEXT_VERSION = 2
#: The paragraphs in the order in which they are read (tables ``consent`` of ``words``).
PARAGRAPHS = (
    "for_whom",
    "what_it_does",
    "sees",
    "certificate",
    "never_keeps",
    "counts",
    "not_covered",
    "wrong_blocks",
    "pause",
    "loosening",
    "emergency",
    "leave",
    "hidden_from_others",
    "own_device",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Consent:
    """That somebody agreed to version ``text`` of the text. Raises ValueError for what was never shown."""

    text: int
    day: date
    language: str

    def __post_init__(self) -> None:
        if type(self.text) is not int or not 1 <= self.text <= TEXT_VERSION:
            raise ValueError(f"text: a version from 1 to {TEXT_VERSION}")
        if type(self.day) is not date:
            raise ValueError("day: a day without a time")
        if self.language not in LANGUAGES:
            raise ValueError(f"language: one of {', '.join(LANGUAGES)}")

    @property
    def current(self) -> bool:
        """Whether it was given to the text as it is now; otherwise it is asked for again."""
        return self.text == TEXT_VERSION


def agreed(language: str, clock: Clock) -> Consent:
    """The record of somebody who agreed now to the text in this language."""
    return Consent(text=TEXT_VERSION, day=clock.now().date(), language=language)


def paragraphs(language: str) -> tuple[str, ...]:
    """The text of the consent, from its heading to the question; with the way out for somebody made to."""
    words = words_for(language)
    said = [words.say("consent.heading"), *(words.say(f"consent.{one}") for one in PARAGRAPHS)]
    return (*said, *made_to(words), words.say("consent.question"))


def made_to(words: Words) -> tuple[str, str]:
    """The sentence for somebody who was made to install it, and the way out."""
    return words.say("consent.made_to"), words.say("consent.made_to_exit")


def render_consent(consent: Consent) -> str:
    """The one text of this record."""
    row = {
        "format": FORMAT,
        "text": consent.text,
        "day": consent.day.isoformat(),
        "language": consent.language,
    }
    return json.dumps(row, indent=2, sort_keys=True) + "\n"


def parse_consent(untrusted_text: str) -> Consent:
    """The record of a text that ``render_consent`` wrote. Raises ValueError; nothing else fits in it."""
    row = json.loads(untrusted_text)
    if not isinstance(row, dict) or set(row) != {"format", "text", "day", "language"}:
        raise ValueError("a consent has a text, a day and a language, and nothing else")
    check_version("the consent", row["format"], reads=FORMAT)
    if not isinstance(row["day"], str):
        raise ValueError("day: as 2026-01-31")
    return Consent(text=row["text"], day=date.fromisoformat(row["day"]), language=row["language"])
