"""The panel: by name with a legal basis, never about the known, in time, and never changing a status."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from tutela.detect.fingerprints.shapes import Fingerprint
from tutela.detect.matching.shapes import Decision, Status
from tutela.detect.service.outside.opinion_contract import check_opinion
from tutela.detect.service.outside.opinions import About, Opinion, OutsideAnswer, OutsideQuestion, Subject
from tutela.detect.service.outside.panel import AT_ONCE, Consent, Panel
from tutela.detect.service.outside.simulators import PhotoDnaSimulator, VendorSimulator
from tutela.kernel.errors import Invalid, Refused, Unavailable
from tutela.kernel.slots import Slot

ANSWER = OutsideAnswer(score=0.25, label="low", reasons=("a",), model="m-1")
BASIS = "GDPR 6(1)(c), contract of 2026-01-01"


@dataclass
class Asked:
    """An opinion that keeps its questions and answers as it is told."""

    does: Callable[[], Any] = lambda: ANSWER
    name: str = "asked"
    version: str = "3"
    about: About = field(default_factory=lambda: replace(VendorSimulator().about, simulated=False))
    questions: list[OutsideQuestion] = field(default_factory=list)

    def ask(self, question: OutsideQuestion) -> OutsideAnswer:
        self.questions.append(question)
        answer: OutsideAnswer = self.does()
        return answer


def consent(name: str = "asked", **other: Any) -> Consent:
    fields: dict[str, Any] = {"name": name, "legal_basis": BASIS, "leaves": ("bytes",)}
    return Consent(**fields | other)


def panel(*opinions: Asked, **options: Any) -> Panel:
    return Panel([(consent(one.name, leaves=tuple(one.about.leaves)), one) for one in opinions], **options)


def decision(status: Status = "unknown", *, known_good: bool = False) -> Decision:
    return Decision(status=status, confirmed=None, reason="", known_good=known_good)


def subject(**other: Any) -> Subject:
    fields: dict[str, Any] = {
        "medium": "picture",
        "size_bytes": 3,
        "prints": (Fingerprint(kind="pdq", value=b"p" * 32),),
        "read": lambda: b"abc",
    }
    return Subject(**fields | other)


@pytest.mark.parametrize("status", ["unknown", "candidate"])
def test_an_opinion_is_an_extra_with_its_name_and_model(status: Status) -> None:
    opinion = Asked()
    (spoken,) = panel(opinion).opinions(decision(status), subject())
    assert spoken.fields() == {
        "name": "asked", "version": "3", "simulated": False, "asked": True, "score": 0.25, "label": "low",
        "reasons": ["a"], "model": "m-1",
    }  # fmt: skip
    assert [one.content for one in opinion.questions] == [b"abc"]


@pytest.mark.parametrize(
    "known", [decision("known"), decision("unreadable"), decision("refused"), decision(known_good=True)]
)
def test_nobody_is_asked_about_what_is_known(known: Decision) -> None:
    opinion = Asked()

    def read() -> bytes:
        raise RuntimeError("the bytes were read")

    assert panel(opinion).opinions(known, subject(read=read)) == ()
    assert opinion.questions == []


def test_a_panel_of_nobody_says_nothing() -> None:
    assert Panel([]).opinions(decision(), subject()) == ()
    assert Panel.enabled([]).names == ()


@pytest.mark.parametrize("basis", ["", "   ", "yes", " " * 40])
def test_without_a_legal_basis_nobody_is_asked(basis: str) -> None:
    with pytest.raises(Refused, match=r"opinion_terms\.asked\.legal_basis"):
        Panel([(consent(legal_basis=basis), Asked())])


@pytest.mark.parametrize("leaves", [(), ("pdq",)])
def test_what_was_not_allowed_to_leave_does_not_leave(leaves: tuple[Any, ...]) -> None:
    with pytest.raises(Refused, match="bytes"):
        Panel([(consent(leaves=leaves), Asked())])


@pytest.mark.parametrize(
    "pairs",
    [
        [(consent(leaves=("names",)), Asked())],
        [(consent("other"), Asked())],
        [(consent(), Asked()), (consent(), Asked())],
    ],
)
def test_wrong_settings_are_invalid(pairs: list[tuple[Consent, Opinion]]) -> None:
    with pytest.raises(Invalid):
        Panel(pairs)


def test_a_plug_in_cannot_widen_what_leaves_once_it_is_allowed() -> None:
    opinion = Asked(about=replace(VendorSimulator().about, leaves=frozenset({"pdq"})))
    seated = panel(opinion)
    opinion.about = replace(opinion.about, leaves=frozenset({"bytes", "pdq"}))
    seated.opinions(decision(), subject())
    assert (opinion.questions[0].content, len(opinion.questions[0].prints)) == (b"", 1)


def test_bytes_are_not_read_when_nobody_may_have_them() -> None:
    reads: list[int] = []

    def read() -> bytes:
        reads.append(1)
        return b"abc"

    prints = Asked(about=replace(VendorSimulator().about, leaves=frozenset({"pdq"})))
    panel(prints).opinions(decision(), subject(read=read))
    panel(Asked()).opinions(decision(), subject(read=read, size_bytes=1 << 40))
    assert reads == []
    panel(Asked(), Asked(name="second")).opinions(decision(), subject(read=read))
    assert reads == [1]


@pytest.mark.parametrize(
    ("other", "why"), [({"medium": "film"}, "other_medium"), ({"size_bytes": 1 << 40}, "too_large")]
)
def test_what_an_opinion_cannot_take_is_not_sent(other: dict[str, Any], why: str) -> None:
    opinion = Asked()
    (spoken,) = panel(opinion).opinions(decision(), subject(**other))
    assert spoken.fields() == {
        "name": "asked",
        "version": "3",
        "simulated": False,
        "asked": False,
        "why": why,
    }
    assert opinion.questions == []


def failing(error: Exception) -> Callable[[], OutsideAnswer]:
    def fail() -> OutsideAnswer:
        raise error

    return fail


@pytest.mark.parametrize(
    ("does", "why"),
    [
        (failing(Unavailable("away at https://evil.example")), "unavailable"),
        (failing(Refused("no")), "refused"),
        (failing(RuntimeError("secret text")), "failed"),
        (lambda: None, "failed"),
        (lambda: replace(ANSWER, label="some long text"), "failed"),
        (lambda: replace(ANSWER, score=2.0), "failed"),
    ],
)
def test_what_goes_wrong_outside_is_a_word(does: Callable[[], Any], why: str) -> None:
    first, second = panel(Asked(does=does), Asked(name="second")).opinions(decision(), subject())
    assert (first.answer, first.why) == (None, why)
    assert second.answer == ANSWER


def test_an_opinion_that_takes_too_long_is_left_and_the_others_are_heard() -> None:
    release = threading.Event()
    slow = Asked(does=lambda: release.wait(5) and ANSWER)
    started = time.monotonic()
    first, second = panel(slow, Asked(name="second"), time_limit_seconds=0.05).opinions(decision(), subject())
    assert time.monotonic() - started < 2
    assert (first.why, second.answer) == ("time_limit", ANSWER)
    release.set()


def test_a_stuck_opinion_holds_a_bounded_number_of_threads() -> None:
    release = threading.Event()
    slow = Asked(does=lambda: release.wait(5) and ANSWER)
    seated = panel(slow, time_limit_seconds=0.01)
    whys = [seated.opinions(decision(), subject())[0].why for _ in range(AT_ONCE + 2)]
    assert whys == ["time_limit"] * AT_ONCE + ["busy"] * 2
    assert len(slow.questions) == AT_ONCE
    release.set()
    until = time.monotonic() + 5
    while not (answer := seated.opinions(decision(), subject())[0].answer) and time.monotonic() < until:
        time.sleep(0.01)
    assert answer == ANSWER


class Shelf(Slot[Opinion]):
    """The slot with one plug-in, as if it were installed."""

    def load(self, name: str, settings: Any = None) -> Opinion:
        return self.checked(name, PhotoDnaSimulator(**(settings or {})))


def test_the_settings_enable_by_name_with_options() -> None:
    slot = Shelf(group="tutela.opinions", protocol=Opinion, contract=check_opinion)
    planted = {"planted": [hashlib.sha256(b"abc").hexdigest()]}
    seated = Panel.enabled([consent("photodna-simulator", options=planted)], slot=slot)
    (spoken,) = seated.opinions(decision(), subject())
    assert spoken.fields() == {
        "name": "photodna-simulator", "version": "1", "simulated": True, "asked": True, "score": 1.0,
        "label": "match", "reasons": ["source_simulated"], "model": "photodna-cloud",
    }  # fmt: skip


def test_without_a_legal_basis_the_plug_in_is_not_even_loaded() -> None:
    with pytest.raises(Refused):
        Panel.enabled([consent("not-installed", legal_basis="")])
    with pytest.raises(Unavailable):
        Panel.enabled([consent("not-installed")])
