from __future__ import annotations

import hmac
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tutela.detect.service import tokens
from tutela.detect.service.roles import CallerLimits, Role
from tutela.detect.service.token_file import Wanted, issue, read_tokens, revoke
from tutela.detect.service.tokens import LOOK_AGAIN_SECONDS, TokenBook
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Refused, Unavailable

DAY_SECONDS = 86_400
FACE = "no valid token was given"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 5, 6, tzinfo=UTC))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tokens.json"


def give(path: Path, clock: FixedClock, name: str = "forum", *roles: Role) -> str:
    wish = Wanted(
        name=name,
        roles=roles or ("match",),
        purpose="uploads of a forum",
        days=30,
        limits=CallerLimits(queries_per_day=5),
    )
    return issue(path, wish, clock.now())[0]


def test_a_token_brings_its_caller(path: Path, clock: FixedClock) -> None:
    token, other = give(path, clock), give(path, clock, "desk", "detail", "statistics")
    book = TokenBook(path, clock=clock)
    caller = book.caller(token)
    assert (caller.name, caller.purpose) == ("forum", "uploads of a forum")
    assert caller.roles == {"match"}
    assert caller.limits.queries_per_day == 5
    assert book.caller(other).roles == {"detail", "statistics"}
    assert book.caller(token).id == caller.id


def test_every_failure_has_one_face(path: Path, clock: FixedClock) -> None:
    token, revoked = give(path, clock), give(path, clock, "gone")
    revoke(path, "gone")
    book = TokenBook(path, clock=clock)
    for wrong in ["", "tut_", token[:-1], token + " ", token.upper(), revoked, "x" * 10_000, "\ud800", "\0"]:
        with pytest.raises(Refused) as told:
            book.caller(wrong)
        assert told.value.message == FACE
    clock.advance(30 * DAY_SECONDS)
    with pytest.raises(Refused) as told:
        book.caller(token)
    assert told.value.message == FACE


def test_a_token_ends_at_its_second_and_not_before(path: Path, clock: FixedClock) -> None:
    token, book = give(path, clock), TokenBook(path, clock=clock)
    clock.advance(30 * DAY_SECONDS - 1)
    assert book.caller(token).name == "forum"
    clock.advance(1)
    with pytest.raises(Refused):
        book.caller(token)


def test_a_token_of_the_future_is_not_valid_yet(path: Path, clock: FixedClock) -> None:
    token = give(path, clock)
    with pytest.raises(Refused, match=FACE):
        TokenBook(path, clock=FixedClock(datetime(2026, 5, 5, tzinfo=UTC))).caller(token)


def test_without_a_file_nobody_comes_in(path: Path, clock: FixedClock) -> None:
    book = TokenBook(path, clock=clock)
    with pytest.raises(Refused, match=FACE):
        book.caller("")
    token = give(path, clock)
    clock.advance(LOOK_AGAIN_SECONDS)
    assert book.caller(token).name == "forum"


def test_changes_are_seen_within_a_second(path: Path, clock: FixedClock) -> None:
    token, book = give(path, clock), TokenBook(path, clock=clock)
    book.caller(token)
    revoke(path, "forum")
    clock.advance(LOOK_AGAIN_SECONDS)
    with pytest.raises(Refused):
        book.caller(token)


def test_the_file_is_not_looked_at_for_every_question(path: Path, clock: FixedClock) -> None:
    token, book = give(path, clock), TokenBook(path, clock=clock)
    with mock.patch.object(tokens, "read_tokens", wraps=read_tokens) as reads:
        for _ in range(20):
            book.caller(token)
            clock.advance(LOOK_AGAIN_SECONDS)
        assert reads.call_count == 1


def test_a_damaged_file_lets_nobody_in_and_a_repaired_one_does(path: Path, clock: FixedClock) -> None:
    token, book = give(path, clock), TokenBook(path, clock=clock)
    good = path.read_bytes()
    book.caller(token)
    path.write_bytes(good[:-9])
    clock.advance(LOOK_AGAIN_SECONDS)
    for _ in range(2):
        with pytest.raises(Unavailable, match="damaged") as told:
            book.caller(token)
        assert told.value.retry_after_seconds
    path.write_bytes(good)
    clock.advance(LOOK_AGAIN_SECONDS)
    assert book.caller(token).name == "forum"


def test_a_book_that_began_with_a_damaged_file_lets_nobody_in(path: Path, clock: FixedClock) -> None:
    path.write_text("all", "utf-8")
    path.chmod(0o600)
    with pytest.raises(Unavailable):
        TokenBook(path, clock=clock).caller("anything")


def test_all_records_are_compared_in_constant_time(path: Path, clock: FixedClock) -> None:
    first = give(path, clock)
    for number in range(4):
        give(path, clock, f"name-{number}")
    book = TokenBook(path, clock=clock)
    with mock.patch("hmac.compare_digest", wraps=hmac.compare_digest) as compared:
        book.caller(first)
        assert compared.call_count == 5


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(untrusted=st.text(st.characters(exclude_categories=[])))
def test_no_text_is_a_token(path: Path, clock: FixedClock, untrusted: str) -> None:
    if not path.exists():
        give(path, clock)
    with pytest.raises(Refused, match=FACE):
        TokenBook(path, clock=clock).caller(untrusted)
