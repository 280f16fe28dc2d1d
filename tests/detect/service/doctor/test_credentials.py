from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from tests.detect.service.drafts import NOW
from tutela.detect.service.canary import KEY_FILE, open_key
from tutela.detect.service.deliveries import FILE
from tutela.detect.service.doctor.credentials import FEED, feed_key, hook_secrets, tokens
from tutela.detect.service.hook_signing import new_secret
from tutela.detect.service.roles import CallerLimits
from tutela.detect.service.settings import HookSettings, ServiceSettings
from tutela.detect.service.token_file import Wanted, issue


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tokens.json"


def give(path: Path, name: str, days: int = 90, **more: Any) -> str:
    wanted = Wanted(
        name=name,
        roles=more.pop("roles", ("match",)),
        purpose="uploads of a forum",
        days=days,
        limits=more.pop("limits", CallerLimits()),
        **more,
    )
    return issue(path, wanted, NOW)[0]


def states(path: Path) -> dict[str, str]:
    return {one.check: one.state for one in tokens(path, NOW)[0]}


def test_nobody_may_ask_yet(path: Path) -> None:
    assert states(path) == {"tokens": "warn"}


def test_tokens_that_last_pass_and_none_is_shown(path: Path) -> None:
    token = give(path, "forum")
    found, valid = tokens(path, NOW)
    assert {one.state for one in found} == {"ok"}
    assert [one.name for one in valid] == ["forum"]
    assert not any(text in one.line() for one in found for text in (token, valid[0].digest, "forum"))


def test_a_token_that_ends_soon_is_told(path: Path) -> None:
    give(path, "forum", days=14)
    assert states(path) == {"tokens": "warn", "raised": "ok"}


def test_raised_limits_are_told(path: Path) -> None:
    give(path, "load", limits=CallerLimits(queries_per_second=5_000, raised=True))
    assert states(path) == {"tokens": "ok", "raised": "warn"}


def test_a_token_that_ended_lets_nobody_in(path: Path) -> None:
    give(path, "forum", days=1)
    found, valid = tokens(path, NOW + timedelta(days=2))
    assert ([one.state for one in found], valid) == (["warn"], ())


def test_a_damaged_token_file_fails(path: Path) -> None:
    give(path, "forum")
    path.write_text("{", encoding="utf-8")
    assert states(path) == {"tokens": "fail"}


def test_a_feed_needs_its_key(tmp_path: Path, path: Path) -> None:
    assert feed_key(tmp_path, ()).state == "ok"
    give(path, "partner", feeds=("known",), roles=())
    valid = tokens(path, NOW)[1]
    assert feed_key(tmp_path, valid).state == "warn"
    open_key(tmp_path)
    assert feed_key(tmp_path, valid).state == "ok"
    (tmp_path / KEY_FILE).write_bytes(b"short")
    assert feed_key(tmp_path, valid).state == "fail"


def test_a_key_that_was_lost_after_something_left_fails(tmp_path: Path) -> None:
    (tmp_path / FEED).mkdir()
    (tmp_path / FEED / FILE).touch()
    assert feed_key(tmp_path, ()).state == "fail"


def hooked(*secrets: str) -> ServiceSettings:
    return ServiceSettings(
        hooks=(HookSettings(name="desk", url=SecretStr("https://desk.example/in")),),
        hook_secrets={"desk": tuple(map(SecretStr, secrets))},
    )


def test_each_receiver_has_a_secret() -> None:
    assert hook_secrets(ServiceSettings()).state == "ok"
    secret = new_secret()
    told = hook_secrets(hooked(secret))
    assert (told.state, secret in told.line(), "desk" in told.line()) == ("ok", False, False)
    assert "1 change over" in hook_secrets(hooked(secret, new_secret())).what


def test_a_receiver_without_a_secret_fails() -> None:
    told = hook_secrets(hooked())
    assert told.state == "fail"
    assert "hooks.desk.secrets" in told.advice


def test_a_wrong_secret_fails_and_is_not_shown() -> None:
    told = hook_secrets(hooked("whsec_short"))
    assert told.state == "fail"
    assert "whsec_short" not in told.line()
