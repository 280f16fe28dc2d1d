from __future__ import annotations

from pathlib import Path

import pytest

from tests.hotline.takedown.test_signing import ED25519, RSA
from tutela.cli import run


def test_without_a_key_it_says_where_one_belongs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    assert run(["notices", "dkim"]) == 2
    assert "docs/how-to/notices.md" in capsys.readouterr().err


def test_the_records_hold_the_public_halves_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    secrets = tmp_path / "secrets"
    secrets.mkdir(mode=0o700)
    (secrets / "notices__dkim_ed25519").write_text(ED25519.get_secret_value())
    (secrets / "notices__dkim_rsa").write_text(RSA.get_secret_value())
    monkeypatch.setenv("TUTELA_SECRETS", str(secrets))
    monkeypatch.setenv("TUTELA_NOTICES__DKIM_SELECTOR", "t2026")
    assert run(["notices", "dkim"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith('t2026._domainkey.hotline.test. IN TXT ( "v=DKIM1; k=ed25519; p=')
    assert second.startswith('t2026-rsa._domainkey.hotline.test. IN TXT ( "v=DKIM1; k=rsa; p=')
    assert second.count('"') == 4 and max(map(len, second.split('"'))) <= 255
    assert "PRIVATE" not in first + second
