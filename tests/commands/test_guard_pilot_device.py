from __future__ import annotations

import pytest

from tests.commands.pilot_calls import Pilot
from tutela.commands.guard_pilot_device import chosen
from tutela.kernel.errors import Invalid


def test_a_wrong_passphrase_and_a_device_without_a_guard_are_told(
    pilot: Pilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    pilot.found()
    assert pilot.join() == 0
    assert pilot("show", "--folder", str(pilot.device), "--passphrase-stdin", stdin="wrong words here\n") == 2
    assert "not the passphrase" in pilot.err and pilot.out == ""
    monkeypatch.setenv("XDG_DATA_HOME", str(pilot.place / "none"))
    assert pilot("show", "--passphrase-stdin", stdin="x\n") == 2 and "nothing is set up here" in pilot.err


def test_the_folder_is_found_and_the_passphrase_asked(pilot: Pilot, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.prevent.guard.pilot.making import PASSPHRASE

    pilot.found()
    assert pilot.join() == 0
    monkeypatch.setenv("XDG_DATA_HOME", str(pilot.place))
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _prompt: PASSPHRASE)
    assert pilot("show") == 0, pilot.err


def test_an_answer_is_one_of_those_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for typed, found in (("1", 1), (" 0 ", 0), ("", None)):
        monkeypatch.setattr("click.prompt", lambda *_, typed=typed, **__: typed)
        assert chosen("Well?", ("no", "yes"), may_skip=True) == found
    assert "Well?" in capsys.readouterr().err
    for typed in ("2", "-1", "yes"):
        monkeypatch.setattr("click.prompt", lambda *_, typed=typed, **__: typed)
        with pytest.raises(Invalid):
            chosen("Well?", ("no", "yes"))
    monkeypatch.setattr("click.prompt", lambda *_, **__: "")
    with pytest.raises(Invalid):
        chosen("Well?", ("no", "yes"))
