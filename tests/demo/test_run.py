"""The demonstration finds everything it planted and nothing else, and writes its report."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutela.demo import postgres_server
from tutela.demo.run import StoryPlan, run_demo
from tutela.kernel.errors import Unavailable


@pytest.mark.slow
def test_run_demo_finds_what_was_planted_and_writes_the_report(tmp_path: Path) -> None:
    said: list[str] = []
    story = StoryPlan(
        hosts=("liar.test",), days=1, stay=lambda _, house: said.append(f"house {house is not None}")
    )
    outcome = run_demo(tmp_path / "demo", said.append, pictures=6, films=2, story=story)
    assert outcome.check.passed, outcome.check
    assert outcome.check.exact == (5, 5)
    assert outcome.check.altered == (7, 7)
    page = outcome.report.read_text(encoding="utf-8")
    assert "<img" not in page
    assert str(outcome.report) in said[-2] and said[-1] == "house True"
    assert any(line.startswith("4/6") for line in said)
    assert outcome.service is not None and outcome.service.found
    assert outcome.hotline_passed
    unread = {finding.path.rsplit("/", 1)[-1] for finding in outcome.findings if finding.unread}
    assert unread == {"IMG_9999.jpg", "letter.pdf"}


def test_a_database_server_that_is_missing_is_said_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_server, "_INSTALLED", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match="no PostgreSQL server"):
        run_demo(tmp_path / "demo", print, story=StoryPlan(database="postgres"))
    assert not (tmp_path / "demo").exists()


def test_the_hotline_is_left_out_where_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("tutela.demo.run._serve", lambda *_: None)
    story = StoryPlan(told=False, database="postgres")
    outcome = run_demo(tmp_path / "demo", said.append, pictures=2, films=1, story=story)
    assert outcome.hotline_passed is None and "6/6  the hotline is left out" in said
