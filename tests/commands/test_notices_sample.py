from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from tutela.cli import run
from tutela.commands.notices_sample import LANGUAGES, RUNGS, SAMPLES
from tutela.share.notices import ladder, samples, texts


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert run(["notices", "sample", *words]) == 0
    return capsys.readouterr().out


def test_the_choices_are_all_that_there_are() -> None:
    assert get_args(samples.Sample) == SAMPLES and ladder.RUNGS == RUNGS and texts.LANGUAGES == LANGUAGES


def test_a_letter_is_shown_as_it_is_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "tutela.toml"
    settings.write_text('[notices]\nfrom_address = "n@house.test"\nfrom_name = "Haus"\n', encoding="utf-8")
    monkeypatch.setenv("TUTELA_CONFIG", str(settings))
    shown = printed(capsys, "--language", "de", "--country", "de")
    assert "From: Haus <n@house.test>" in shown and "To: abuse@host.test" in shown
    assert "Guten Tag," in shown and "184b" in shown and "[addresses.csv]" in shown


def test_the_whole_message_is_shown_where_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    shown = printed(capsys, "order", "--raw", "--rung", "registrar")
    assert "Content-Type: multipart/mixed" in shown and 'filename="addresses.csv"' in shown


def test_a_retraction_has_nothing_attached(capsys: pytest.CaptureFixture[str]) -> None:
    assert "[" not in printed(capsys, "retraction")


def test_an_unknown_kind_is_a_wrong_call(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["notices", "sample", "threat"]) == 2
    assert "threat" in capsys.readouterr().err
