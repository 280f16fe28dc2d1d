"""Bad input: what will do as an answer, and what will not."""

from __future__ import annotations

import pytest

from tests.detect.service.conformance.running import kit_of, outcomes
from tutela.detect.service.conformance import malformed
from tutela.detect.service.conformance.malformed import CASES
from tutela.detect.service.conformance.shapes.contract import ALL_ABILITIES, Answer, Hit, Reply, Upload
from tutela.detect.service.conformance.shapes.memory import MemorySubject
from tutela.kernel.errors import Unavailable


class Replying(MemorySubject):
    """Answers every upload with one reply, which ``parse`` reads as ``answer``."""

    def __init__(self, reply: Reply | None, answer: Answer) -> None:
        super().__init__()
        self.reply, self.answer = reply, answer

    def send(self, upload: Upload, *, token: str | None = None) -> Reply:
        if self.reply is None:
            raise Unavailable("no answer")
        return self.reply

    def parse(self, reply: Reply) -> Answer:
        return self.answer


def passed(reply: Reply | None, answer: Answer) -> set[str]:
    made = outcomes(malformed.bad_uploads, Replying(reply, answer))
    return {one.title for one in made if one.passed}


ALL = {case.title for case in CASES}
NO_MEDIA = {case.title for case in CASES if case.unlike_media}


@pytest.mark.parametrize(
    ("status", "body", "answer", "right"),
    [
        (422, b'{"error": 1}', Answer(), ALL),
        (413, b"<html>", Answer(), set()),
        (422, b'"text"', Answer(), set()),
        (500, b'{"error": 1}', Answer(), set()),
        (200, b"{}", Answer(unread=True), ALL),
        (200, b"{}", Answer(), NO_MEDIA),
        (200, b"{}", Answer(hits=(Hit(list="any"),)), set()),
    ],
)
def test_what_will_do_as_an_answer(status: int, body: bytes, answer: Answer, right: set[str]) -> None:
    assert passed(Reply(status=status, body=body), answer) == right


def test_a_matcher_that_looks_into_no_archive_may_not_know_one() -> None:
    """Its digest was compared; the shapes of HMA and Arachnid Shield promise nothing about what is inside."""
    (archive,) = (case.title for case in CASES if case.archive)
    plain = Replying(Reply(status=200, body=b"{}"), Answer())
    plain.abilities = ALL_ABILITIES - {"archives"}
    found = {one.title for one in outcomes(malformed.bad_uploads, plain) if one.passed}
    assert found == NO_MEDIA | {archive}
    plain.reply = Reply(status=500, body=b"{}")
    assert not any(one.passed for one in outcomes(malformed.bad_uploads, plain))


def test_no_answer_fails() -> None:
    assert passed(None, Answer()) == set()


def test_a_good_question_is_asked_after_each() -> None:
    made = outcomes(malformed.bad_uploads, MemorySubject(holes={"unread"}))
    assert made[0].words == "the next good question was not answered"


def test_a_matcher_that_cannot_be_taught_is_asked_all_the_same() -> None:
    made = outcomes(malformed.bad_uploads, MemorySubject(abilities=frozenset({"ask_picture"})))
    assert len(made) == len(CASES)
    assert all(one.passed for one in made)


def test_tokens_and_lengths_are_judged_by_the_refusal() -> None:
    assert [one.passed for one in outcomes(malformed.wrong_token)] == [True]
    assert [one.passed for one in outcomes(malformed.wrong_token, MemorySubject(holes={"open"}))] == [False]
    lengths = list(malformed.wrong_hash_length(kit_of(MemorySubject(holes={"hash length"}))))
    assert [one.words for one in lengths] == ["status 200"] * 3
