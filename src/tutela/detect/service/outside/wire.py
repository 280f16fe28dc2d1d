"""Answers of outside services as they come over the wire, read into opinions. Nothing here sends anything.

Field names as public clients and pages show them: PhotoDNA Cloud's Match operation (``Status.Code`` 3000,
``IsMatch``, ``MatchDetails.MatchFlags``), the Content Safety API's ``reviewPriorities``, and a plain list of
labels with scores, as most vendors have. A real adapter is checked against the service under its agreement.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tutela.detect.service.outside.opinions import REASONS_MAX, OutsideAnswer, is_word

#: PhotoDNA Cloud's code for a request that was carried out (its public Match page).
PHOTODNA_OK = 3000
#: The Content Safety API's five words, with a score in equal steps (the steps are our own).
REVIEW_PRIORITIES: Mapping[str, float] = {
    "VERY_LOW": 0.0,
    "LOW": 0.25,
    "MEDIUM": 0.5,
    "HIGH": 0.75,
    "VERY_HIGH": 1.0,
}
#: Characters of a word of theirs that is repeated.
WORD_CHARACTERS_MAX = 30
_NO_WORD = re.compile(r"[^a-z0-9_.-]+")


def parse_photodna(untrusted: object) -> OutsideAnswer:
    """The opinion in an answer of PhotoDNA Cloud's Match operation. Raises ValueError for anything else."""
    answer = _mapping(untrusted)
    if _mapping(answer.get("Status")).get("Code") != PHOTODNA_OK:
        raise ValueError("the service did not carry the request out")
    is_match = answer.get("IsMatch")
    if not isinstance(is_match, bool):
        raise ValueError("IsMatch is true or false")
    flags = _mapping(answer.get("MatchDetails") or {}).get("MatchFlags") or []
    sources = [_word(_mapping(flag).get("Source")) for flag in _sequence(flags)]
    return OutsideAnswer(
        score=1.0 if is_match else 0.0,
        label="match" if is_match else "no_match",
        reasons=_each_once(f"source_{one}" for one in sources),
        model="photodna-cloud",
    )


def parse_content_safety(untrusted: object) -> OutsideAnswer:
    """The opinion in one result of the Content Safety API. Raises ValueError for anything else."""
    answer = _mapping(untrusted)
    priorities = _sequence(answer.get("reviewPriorities"))
    if len(priorities) != 1 or not isinstance(priorities[0], str) or priorities[0] not in REVIEW_PRIORITIES:
        raise ValueError("one review priority for one picture")
    priority: str = priorities[0]
    return OutsideAnswer(
        score=REVIEW_PRIORITIES[priority],
        label=priority.lower(),
        reasons=("review_priority",),
        model=_model("content-safety", answer.get("modelVersion")),
    )


def parse_vendor(untrusted: object) -> OutsideAnswer:
    """The opinion in a list of labels with scores, the highest first. Raises ValueError for anything else.

    Each label has to name something to look at: a label such as ``safe`` would turn its score round.
    """
    answer = _mapping(untrusted)
    rows = [_mapping(one) for one in _sequence(answer.get("labels"))]
    if not rows:
        raise ValueError("at least one label")
    scores = {_word(row.get("name")): _score(row.get("score")) for row in rows}
    best = sorted(scores, key=lambda name: (-scores[name], name))
    model = _model(answer.get("model"), answer.get("version"))
    return OutsideAnswer(score=scores[best[0]], label=best[0], reasons=tuple(best[:REASONS_MAX]), model=model)


def _mapping(untrusted: object) -> Mapping[str, Any]:
    if not isinstance(untrusted, dict):
        raise ValueError("an object was expected")
    return untrusted


def _sequence(untrusted: object) -> list[Any]:
    if not isinstance(untrusted, list):
        raise ValueError("a list was expected")
    return untrusted


def _word(untrusted: object) -> str:
    """A word made of what came: lower case, everything else hyphens."""
    if not isinstance(untrusted, str) or len(untrusted) > WORD_CHARACTERS_MAX:
        raise ValueError("a short word was expected")
    return _checked(_NO_WORD.sub("-", untrusted.lower()).strip("-_."))


def _model(untrusted_name: object, untrusted_version: object) -> str:
    """Name and version in one word; a version may begin with a digit."""
    version = _word(f"v{untrusted_version}").removeprefix("v") if isinstance(untrusted_version, str) else ""
    return _checked(f"{_word(untrusted_name)}-{version or 'unknown'}")


def _checked(word: str) -> str:
    if not is_word(word):
        raise ValueError("a short word was expected")
    return word


def _score(untrusted: object) -> float:
    if isinstance(untrusted, bool) or not isinstance(untrusted, int | float) or not 0 <= untrusted <= 1:
        raise ValueError("a score is a number from 0 to 1")
    return float(untrusted)


def _each_once(words: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))[:REASONS_MAX]
