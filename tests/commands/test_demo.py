"""The command opens a browser only where somebody can see it, and never with --exit."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from tutela.commands import demo
from tutela.demo import run
from tutela.demo.service import Shown
from tutela.demo.table import Check
from tutela.detect.scan.shapes import Finding


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """A demo that found one file, on a machine with a display; what would be opened."""
    opened: list[Path] = []
    checked = Check(exact=(1, 1), altered=(0, 0), strangers=())
    found = Finding(path="a.jpg", member=None, sha256=None, status="known", reason="why")

    def quick(root: Path, say: Any, *, story: run.StoryPlan) -> Any:
        say(f"4/6 scanning, then a hotline on {story.database}" if story.told else "no hotline at all")
        outcome: Any = SimpleNamespace(
            report=tmp_path / "report.html",
            findings=(found,),
            check=checked,
            service=None,
            hotline_passed=None,
        )
        if story.stay:
            story.stay(outcome, None)
        return outcome

    monkeypatch.setattr(run, "run_demo", quick)
    monkeypatch.setattr(demo, "has_display", lambda environment, platform: True)
    monkeypatch.setattr(demo, "show", opened.append)
    return opened


def _call(*arguments: str) -> Any:
    return CliRunner().invoke(demo.command, arguments, standalone_mode=False)


def test_demo_opens_the_report_where_there_is_a_display(shown: list[Path]) -> None:
    result = _call()
    assert result.return_value == 0
    assert [path.name for path in shown] == ["report.html"]


def test_demo_with_exit_never_opens_a_browser(shown: list[Path]) -> None:
    assert _call("--exit").return_value == 0
    assert shown == []


def test_demo_with_json_prints_findings_only(shown: list[Path]) -> None:
    result = _call("--json")
    assert [json.loads(line)["path"] for line in result.stdout.splitlines()] == ["a.jpg"]
    assert "scanning" in result.stderr
    assert shown == []


def test_demo_fails_when_the_service_missed_the_copy(
    shown: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    missed = SimpleNamespace(
        report=Path("r"),
        findings=(),
        check=Check(exact=(1, 1), altered=(0, 0), strangers=()),
        service=Shown(found=False, answer="{}"),
        hotline_passed=None,
    )
    monkeypatch.setattr(run, "run_demo", lambda root, say, story: missed)
    assert _call("--exit").return_value == 1


def test_demo_fails_when_something_planted_was_missed(
    shown: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    missed = SimpleNamespace(
        report=Path("r"),
        findings=(),
        check=Check(exact=(0, 1), altered=(0, 0), strangers=()),
        service=None,
        hotline_passed=None,
    )
    monkeypatch.setattr(run, "run_demo", lambda root, say, story: missed)
    assert _call("--exit").return_value == 1


def test_demo_fails_when_a_planted_item_ended_otherwise(
    shown: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    missed = SimpleNamespace(
        report=Path("r"),
        findings=(),
        check=Check(exact=(1, 1), altered=(0, 0), strangers=()),
        service=None,
        hotline_passed=False,
    )
    monkeypatch.setattr(run, "run_demo", lambda root, say, story: missed)
    assert _call("--exit").return_value == 1


def test_demo_leaves_the_hotline_out_where_asked(shown: list[Path]) -> None:
    assert "no hotline at all" in _call("--exit", "--no-hotline").stdout


def test_demo_takes_the_database_of_the_hotline(shown: list[Path]) -> None:
    assert "a hotline on postgres" in _call("--exit", "--database", "postgres").stdout
    assert "a hotline on sqlite" in _call("--exit").stdout


@pytest.mark.parametrize(
    ("environment", "platform", "expected"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "darwin", True),
    ],
)
def test_has_display(environment: dict[str, str], platform: str, expected: bool) -> None:
    assert demo.has_display(environment, platform) is expected


def test_show_opens_a_file_address(tmp_path: Path) -> None:
    opened: list[str] = []

    def opener(address: str) -> bool:
        opened.append(address)
        return True

    demo.show(tmp_path / "report.html", opener)
    assert opened == [(tmp_path / "report.html").resolve().as_uri()]
