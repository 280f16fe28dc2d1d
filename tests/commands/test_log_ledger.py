from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.db import DatabaseError

from tutela.commands.log_ledger import TEXT_BYTES_MAX, ledger, read_text
from tutela.kernel.errors import Invalid, Unavailable


def test_a_text_comes_from_a_file_or_a_pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_text("á", encoding="utf-8")
    assert read_text(str(tmp_path / "a")) == "á"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"typed")))
    assert read_text("-") == "typed"


def test_what_is_missing_too_large_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        read_text(str(tmp_path / "a"))
    for content in (b"x" * (TEXT_BYTES_MAX + 1), b"\xff"):
        (tmp_path / "a").write_bytes(content)
        with pytest.raises(Invalid) as caught:
            read_text(str(tmp_path / "a"))
        assert caught.value.field == "file"


def test_a_database_that_fails_is_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TUTELA_CONFIG", raising=False)
    with pytest.raises(Unavailable, match="database"), ledger(None):
        raise DatabaseError("http://secret.test/")
