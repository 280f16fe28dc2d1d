from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tutela.cli import run
from tutela.commands import service_token
from tutela.detect.service.token_file import digest_of
from tutela.detect.service.tokens import TokenBook
from tutela.kernel.clock import FixedClock, SystemClock
from tutela.kernel.errors import Refused

WISH = ("--role", "match", "--purpose", "uploads of a forum", "--days", "30")


class Desk:
    """Calls ``tutela service token`` and keeps what it printed."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture
        self.out = self.err = ""

    def __call__(self, *words: str) -> int:
        self._capture.readouterr()
        code = run(["service", "token", *words])
        self.out, self.err = self._capture.readouterr()
        return code

    def json(self, *words: str) -> Any:
        assert self(*words, "--json") == 0, self.err
        return json.loads(self.out)


@pytest.fixture
def desk(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    return Desk(capsys)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "match" / "tokens.json"


def test_a_token_is_shown_once_and_opens_the_door(desk: Desk, path: Path) -> None:
    assert desk("add", "forum", *WISH) == 0
    token = desk.out.strip()
    assert "shown this once" in desk.err
    assert TokenBook(path).caller(token).name == "forum"
    assert desk("list") == 0
    assert "forum: match; valid until" in desk.out
    assert "uploads of a forum" in desk.out
    assert token not in desk.out
    assert digest_of(token) not in desk.out


def test_revoked_is_ended(desk: Desk, path: Path) -> None:
    token = desk.json("add", "forum", *WISH)["token"]
    assert desk("revoke", "forum") == 0
    with pytest.raises(Refused):
        TokenBook(path).caller(token)
    assert desk("revoke", "forum") == 2
    assert "no token of this name" in desk.err
    assert desk("list") == 0
    assert desk.out == "no tokens\n"


def test_a_cut_off_is_lifted(desk: Desk, path: Path) -> None:
    token = desk.json("add", "forum", *WISH)["token"]
    assert desk("lift", "forum") == 0
    assert TokenBook(path).caller(token).lifted_seconds > 0
    assert desk("lift", "nobody") == 2


def test_limits_are_raised_openly_or_not_at_all(desk: Desk) -> None:
    assert desk("add", "load", *WISH, "--queries-per-second", "5000") == 2
    assert "--raised" in desk.err
    told = desk.json("add", "load", *WISH, "--queries-per-second", "5000", "--raised")
    assert told["limits"]["queries_per_second"] == 5000
    assert desk("list") == 0
    assert "limits raised" in desk.out


def test_what_is_needed_is_asked_for(desk: Desk) -> None:
    for lacking in ("--role", "--purpose", "--days"):
        place = WISH.index(lacking)
        assert desk("add", "forum", *WISH[:place], *WISH[place + 2 :]) == 2
        assert lacking in desk.err
    assert desk("add", "forum", *WISH[:-1], "401") == 2
    assert desk("add", "No Name", *WISH) == 2


def test_expired_tokens_are_shown_as_such(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    past = FixedClock(datetime(2020, 1, 1, tzinfo=UTC))
    monkeypatch.setattr(service_token, "the_clock", lambda: past)
    desk.json("add", "forum", *WISH)
    monkeypatch.setattr(service_token, "the_clock", SystemClock)
    assert desk("list") == 0
    assert "expired 2020-01-31T00:00:00Z" in desk.out
    assert desk.json("list")[0]["expired"] is True


def test_json_holds_no_digest(desk: Desk) -> None:
    told = desk.json("add", "forum", *WISH)
    shown = desk.json("list")[0]
    assert "digest" not in shown
    assert "token" not in shown
    assert {**shown, "token": told["token"]} == {**told, "expired": False}


def test_a_recipient_of_the_list_feed_needs_no_role(desk: Desk, path: Path) -> None:
    wish = ("--feed", "csam", "--feed", "own", *WISH[2:])
    made = desk.json("add", "partner", *wish)
    caller = TokenBook(path).caller(made["token"])
    assert (caller.feeds, caller.roles, made["feeds"]) == (
        frozenset({"csam", "own"}),
        frozenset(),
        ["csam", "own"],
    )
    assert desk("list") == 0
    assert "partner: feed of csam, feed of own; valid until" in desk.out
    assert desk("add", "other", "--feed", "../x", *WISH[2:]) == 2
    assert "names of lists" in desk.err
