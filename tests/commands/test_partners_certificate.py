from __future__ import annotations

from pathlib import Path

import pytest

from tests.hotline.partners.certificates import MAILBOX, a_certificate, a_pem, ec_key, pem_of
from tutela.cli import run


def test_a_good_one_shows_what_is_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "office.pem"
    path.write_text(a_pem())
    assert run(["partners", "certificate", str(path), "--mailbox", MAILBOX]) == 0
    shown = capsys.readouterr().out
    assert "SHA-256  " in shown and "until    2099-01-01" in shown and MAILBOX in shown
    assert shown.endswith("mail may be sealed to it\n")


def test_each_certificate_that_is_no_good_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "office.pem"
    path.write_text(a_pem() + pem_of(a_certificate(key=ec_key())))
    assert run(["partners", "certificate", str(path), "--mailbox", "other@police.test"]) == 2
    shown = capsys.readouterr()
    assert shown.out.count("SHA-256") == 2 and "may be sealed" not in shown.out
    assert shown.err.count("another mailbox") == 2 and "not RSA" in shown.err


def test_a_file_without_one_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "office.pem"
    path.write_bytes(b"\xff\x00")
    assert run(["partners", "certificate", str(path), "--mailbox", MAILBOX]) == 2
    assert "BEGIN CERTIFICATE" in capsys.readouterr().err
