"""``python -m tutela.demo.guard``: exit codes and what is said."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from tutela.demo.guard import __main__ as program
from tutela.demo.guard import run
from tutela.kernel.errors import Unavailable


@pytest.mark.parametrize(("passed", "code"), [(True, 0), (False, 1)])
def test_the_exit_code_says_whether_it_was_as_it_should_be(
    passed: bool,
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def ran(folder: Path, say: object) -> SimpleNamespace:
        assert folder == tmp_path and callable(say)
        say("one line")
        return SimpleNamespace(passed=passed)

    monkeypatch.setattr(run, "run_demo", ran)
    assert program.main(["--folder", str(tmp_path), "--exit"]) == code
    assert capsys.readouterr().out == "one line\n"


def test_what_is_missing_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ran(*_: object) -> None:
        raise Unavailable("this needs Chromium")

    monkeypatch.setattr(run, "run_demo", ran)
    assert program.main([]) == 1
    assert capsys.readouterr().err == "error: this needs Chromium\n"


def test_another_environment_is_told_apart(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(program, "find_spec", lambda _: None)
    assert program.main([]) == 1
    assert "make demo-guard" in capsys.readouterr().err
