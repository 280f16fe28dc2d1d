from __future__ import annotations

import hashlib
import tomllib

import pytest

from tutela.cli import run
from tutela.hotline.settings import SenderSettings


def test_a_token_is_shown_once_and_its_digest_fits_the_settings(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", "token", "helpline-a", "--urgent"]) == 0
    first, _, lines = capsys.readouterr().out.partition("\n")
    made = SenderSettings(**tomllib.loads(lines)["hotline"]["senders"][0])
    assert made.token_sha256 == hashlib.sha256(first.removeprefix("token: ").encode()).hexdigest()
    assert made.name == "helpline-a" and made.urgent


def test_a_name_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", "token", "Helpline A"]) == 2
    assert "small letters" in capsys.readouterr().err
