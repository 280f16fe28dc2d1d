"""Contract of the slot ``tutela.opinions``: plain functions that raise AssertionError.

A plug-in that speaks to somebody outside is not asked here: a check must not send anything. What it answers
is checked each time (``opinions.check_answer``). A simulator asks nobody, so it is tried out.
"""

from __future__ import annotations

import re

from tutela.detect.fingerprints.shapes import Fingerprint
from tutela.detect.service.outside.opinions import (
    GROUP,
    LEAVING,
    MEDIA,
    About,
    Opinion,
    Subject,
    check_answer,
    is_word,
    question_for,
)
from tutela.kernel.slots import Slot

#: Contents of the sample questions: no picture at all, and an opinion must live with that.
SAMPLES = (b"sample", b"another sample", b"")
_COUNTRY = re.compile(r"[A-Z]{2}")


def check_opinion(opinion: Opinion) -> None:
    """Raises AssertionError with the broken rule unless ``opinion`` keeps the contract of its protocol."""
    _holds(isinstance(opinion, Opinion), "it offers name, version, about and ask")
    _holds(is_word(opinion.name), "name is a short word")
    _holds(bool(str(opinion.version)), "version is a word")
    _check_about(opinion.about)
    _holds(opinion.about == opinion.about, "what leaves the house does not change")
    if opinion.about.simulated:
        _holds("simulat" in opinion.name, "a simulator says so in its name")
        _check_answers(opinion)


def _check_about(about: About) -> None:
    _holds(isinstance(about, About), "about says what leaves the house")
    _holds(bool(about.operator.strip()) and bool(about.kept.strip()), "operator and kept are said in words")
    _holds(_COUNTRY.fullmatch(about.country) is not None, "country is an ISO 3166 code of two letters")
    _holds(bool(about.leaves) and about.leaves <= set(LEAVING), f"leaves names some of {', '.join(LEAVING)}")
    _holds(bool(about.media) and about.media <= set(MEDIA), f"media names some of {', '.join(MEDIA)}")
    _holds(about.content_bytes_max > 0, "content_bytes_max is a number of bytes above 0")


def _check_answers(opinion: Opinion) -> None:
    for content in SAMPLES:
        for medium in opinion.about.media:
            subject = Subject(medium=medium, size_bytes=len(content), prints=(_sample(),), read=lambda: b"")
            question = question_for(opinion.about, subject, content)
            answer = opinion.ask(question)
            _holds(opinion.ask(question) == answer, "a simulator answers the same question alike")
            try:
                check_answer(answer)
            except ValueError as error:
                raise AssertionError(str(error)) from error


def _sample() -> Fingerprint:
    return Fingerprint(kind="pdq", value=bytes(range(32)), quality=100, form="f0/r0")


def _holds(condition: bool, rule: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not condition:
        raise AssertionError(rule)


#: The slot: an opinion is loaded by name and checked once, without anything leaving the house.
SLOT: Slot[Opinion] = Slot(group=GROUP, protocol=Opinion, contract=check_opinion)
