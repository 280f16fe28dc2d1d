"""What an outside opinion is: somebody else's service looks at what the lists do not know.

It orders work like any rating (decisions.md section 2: a rating leaves the status as it was). What leaves
the house is declared by the plug-in and has to be allowed by name in the settings, with a legal basis.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol, get_args, runtime_checkable

from tutela.detect.fingerprints.shapes import Fingerprint

#: Entry-point group of the slot.
GROUP = "tutela.opinions"

Leaving = Literal["bytes", "md5", "sha1", "sha256", "pdq", "photodna"]
Medium = Literal["picture", "film"]

#: What can leave the house: the file itself, or fingerprints of one kind.
LEAVING: tuple[Leaving, ...] = get_args(Leaving)
MEDIA: tuple[Medium, ...] = get_args(Medium)
#: Reasons of one answer that are kept, and the characters of a word.
REASONS_MAX = 16
_WORD = re.compile(r"[a-z][a-z0-9_.-]{0,63}")


@dataclass(frozen=True, kw_only=True, slots=True)
class About:
    """What asking means: who is asked, in which country, and what leaves the house.

    ``content_bytes_max`` is the largest file in bytes that may be sent; ``simulated`` is True for a
    plug-in that asks nobody. ``kept`` says in words what the other side keeps.
    """

    operator: str
    country: str
    leaves: frozenset[Leaving]
    media: frozenset[Medium]
    content_bytes_max: int
    kept: str
    simulated: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class OutsideQuestion:
    """One file, as much of it as ``About.leaves`` names: the rest is empty.

    ``content`` holds the bytes only where ``bytes`` leaves, ``prints`` only fingerprints of kinds that do.
    """

    medium: Medium
    content: bytes = field(repr=False)
    prints: tuple[Fingerprint, ...] = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class OutsideAnswer:
    """The opinion: ``score`` from 0 (nothing) to 1 (surely), its word in the other side's own terms.

    ``reasons`` are words, never text; ``model`` names what answered and in which version.
    """

    score: float
    label: str
    reasons: tuple[str, ...]
    model: str


@runtime_checkable
class Opinion(Protocol):
    """A plug-in of the slot. It has a time limit, so it must not hold what others need."""

    @property
    def name(self) -> str:
        """The name under which it is enabled."""

    @property
    def version(self) -> str:
        """The plug-in's own version."""

    @property
    def about(self) -> About:
        """What asking means; it does not change while the plug-in runs."""

    def ask(self, question: OutsideQuestion) -> OutsideAnswer:
        """The opinion. Raises Unavailable when the other side is not there, Refused when it will not say."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """What an opinion may be asked about. ``read`` gives the bytes, and is called only if they may leave."""

    medium: Medium
    size_bytes: int
    prints: tuple[Fingerprint, ...] = field(repr=False)
    read: Callable[[], bytes] = field(repr=False)


def question_for(about: About, subject: Subject, content: bytes) -> OutsideQuestion:
    """The question with exactly what may leave: the bytes if declared, fingerprints of declared kinds."""
    return OutsideQuestion(
        medium=subject.medium,
        content=content if "bytes" in about.leaves else b"",
        prints=tuple(one for one in subject.prints if one.kind in about.leaves),
    )


def check_answer(untrusted_answer: object) -> OutsideAnswer:
    """The answer itself. Raises ValueError unless the score is from 0 to 1 and all words are words.

    What another machine says goes into our answer, so it must not be able to carry a text, a URL or a hash.
    """
    answer = untrusted_answer
    if not isinstance(answer, OutsideAnswer) or not 0.0 <= answer.score <= 1.0:
        raise ValueError("an opinion has a score from 0 to 1")
    if len(answer.reasons) > REASONS_MAX:
        raise ValueError(f"an opinion has at most {REASONS_MAX} reasons")
    for word in (answer.label, answer.model, *answer.reasons):
        if not is_word(word):
            raise ValueError("an opinion speaks in short words")
    return answer


def is_word(untrusted_text: object) -> bool:
    """True for a short word of lower-case letters, digits and ``_ . -`` that cannot be a hash or a URL."""
    return (
        isinstance(untrusted_text, str)
        and _WORD.fullmatch(untrusted_text) is not None
        and re.search(r"[0-9a-f]{16,}", untrusted_text) is None
    )
