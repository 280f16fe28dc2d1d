"""Sessions end by themselves, and wrong passphrases make everybody wait, never for good."""

from __future__ import annotations

from tutela.prevent.guard.page.sessions import (
    IDLE_SECONDS,
    SESSIONS_MAX,
    SLOW_SECONDS_MAX,
    Session,
    Sessions,
    Slowing,
    is_visit,
    new_visit,
)


def test_a_visit_is_known_by_its_form() -> None:
    assert is_visit(new_visit()) and new_visit() != new_visit()
    assert not any(map(is_visit, ("", "a" * 31, "a" * 33, "A" * 32, "g" * 32, "é" * 32)))


def test_a_session_lasts_while_it_is_used() -> None:
    sessions = Sessions()
    sessions.begin("a", b"key", 0.0)
    for step in range(1, 5):
        assert sessions.use("a", step * (IDLE_SECONDS - 1)) is not None
    assert sessions.use("a", 4 * (IDLE_SECONDS - 1) + IDLE_SECONDS) is None
    assert len(sessions) == 0


def test_only_the_visit_that_began_it_has_it_and_it_can_be_ended() -> None:
    sessions = Sessions()
    sessions.begin("a", b"key", 0.0)
    assert sessions.use("b", 1.0) is None
    sessions.end("b")
    session = sessions.use("a", 1.0)
    assert session is not None and session.private == b"key"
    sessions.end("a")
    assert sessions.use("a", 1.0) is None


def test_the_session_that_was_used_longest_ago_makes_room() -> None:
    sessions = Sessions()
    for number in range(SESSIONS_MAX):
        sessions.begin(str(number), b"key", number)
    sessions.use("0", SESSIONS_MAX)
    sessions.begin("new", b"key", SESSIONS_MAX + 1)
    assert sessions.use("1", SESSIONS_MAX + 1) is None and sessions.use("0", SESSIONS_MAX + 1) is not None


def test_the_key_of_an_idle_session_is_forgotten_without_a_request() -> None:
    sessions = Sessions()
    sessions.begin("a", b"key", 0.0)
    sessions.purge(IDLE_SECONDS - 1)
    assert len(sessions) == 1
    sessions.purge(IDLE_SECONDS)
    assert len(sessions) == 0


def test_a_key_does_not_show_in_a_log() -> None:
    assert "secret" not in repr(Session(private=b"secret", used_seconds=0))


def test_each_wrong_passphrase_doubles_the_wait_up_to_a_bound() -> None:
    slowing, now = Slowing(), 100.0
    waits = []
    for _ in range(9):
        assert slowing.left_seconds(now) == 0
        waits.append(slowing.wrong(now))
        assert slowing.left_seconds(now) == waits[-1]
        now += waits[-1]
    assert waits == [1, 2, 4, 8, 16, 32, 64, 64, 64] and SLOW_SECONDS_MAX == 64


def test_a_right_passphrase_forgets_what_was_wrong() -> None:
    slowing = Slowing()
    slowing.wrong(0.0)
    slowing.wrong(5.0)
    assert (slowing.left_seconds(5.5), slowing.left_seconds(7.0)) == (2, 0)
    slowing.right()
    assert slowing.left_seconds(5.5) == 0 and slowing.wrong(9.0) == 1
