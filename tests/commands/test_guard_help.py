from __future__ import annotations

import locale

import pytest

from tutela.commands.guard_help import show_help


def test_places_of_the_country_come_with_those_for_everybody(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locale, "getlocale", lambda: ("de_DE", "UTF-8"))
    show_help("de")
    here = capsys.readouterr().out
    assert here.startswith("Deutschland\n")
    monkeypatch.setattr(locale, "getlocale", lambda: (None, None))
    show_help("de")
    everywhere = capsys.readouterr().out
    assert everywhere and len(everywhere.splitlines()) < len(here.splitlines())
