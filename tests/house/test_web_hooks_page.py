"""The examples of the page about web-hooks: its settings are taken, its receiver verifies what is sent."""

from __future__ import annotations

import re
import runpy
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house.reading import ROOT
from tutela.config import load
from tutela.detect.service.hook_opening import endpoints_of
from tutela.detect.service.hook_signing import new_secret, signed_headers

PAGE = (ROOT / "docs" / "how-to" / "web-hooks.md").read_text(encoding="utf-8")
MESSAGE, NOW_SECONDS, BODY = "msg_abc", 1_800_000_000, b'{"type":"match.found"}'
NEW, OLD = new_secret(), new_secret()


def block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def verified(tmp_path: Path) -> Callable[..., str]:
    path = tmp_path / "receiver.py"
    path.write_text(block("python"), encoding="utf-8")
    function: Callable[..., str] = runpy.run_path(str(path))["verified"]
    return function


@pytest.mark.parametrize("secret", [NEW, OLD], ids=["new", "old"])
def test_the_receiver_of_the_page_verifies_what_is_sent(verified: Callable[..., str], secret: str) -> None:
    headers = signed_headers([NEW, OLD], MESSAGE, NOW_SECONDS, BODY)
    assert verified(secret, headers, BODY, now=NOW_SECONDS + 299) == MESSAGE


def test_the_receiver_of_the_page_knows_the_example_of_the_specification(
    verified: Callable[..., str],
) -> None:
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    assert verified(secret, headers, b'{"test": 2432232314}', now=1_614_265_330) == headers["webhook-id"]


@pytest.mark.parametrize(
    ("secret", "body", "later_seconds"),
    [(new_secret(), BODY, 0), (NEW, BODY + b" ", 0), (NEW, BODY, 301), (NEW, BODY, -301)],
    ids=["another secret", "another body", "too late", "too early"],
)
def test_the_receiver_of_the_page_refuses_everything_else(
    verified: Callable[..., str], secret: str, body: bytes, later_seconds: int
) -> None:
    headers = signed_headers([NEW], MESSAGE, NOW_SECONDS, BODY)
    with pytest.raises(ValueError, match=r"fits|old"):
        verified(secret, headers, body, now=NOW_SECONDS + later_seconds)


@pytest.mark.parametrize("left_out", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_the_receiver_of_the_page_refuses_what_is_not_signed(
    verified: Callable[..., str], left_out: str
) -> None:
    headers = signed_headers([NEW], MESSAGE, NOW_SECONDS, BODY)
    del headers[left_out]
    with pytest.raises(ValueError):
        verified(NEW, headers, BODY, now=NOW_SECONDS)


def test_the_settings_of_the_page_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secrets").mkdir()
    secrets = f'{{"desk": ["{NEW}"],\n "audit": ["{OLD}"]}}\n'
    (tmp_path / "secrets" / "service__hook_secrets").write_text(secrets, encoding="utf-8")
    (tmp_path / "tutela.toml").write_text(block("toml"), encoding="utf-8")
    monkeypatch.setenv("TUTELA_SECRETS", str(tmp_path / "secrets"))
    desk, audit = endpoints_of(load(tmp_path / "tutela.toml").service)
    assert (desk.name, desk.role, desk.lists, desk.callers) == ("desk", "detail", ("known",), ("shop",))
    assert (audit.kinds, audit.secrets) == (("list.changed",), (OLD,))
