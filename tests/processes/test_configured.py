from __future__ import annotations

from pathlib import Path

import pytest

from tests.processes.founded import found_house, tutela
from tutela.hotline.ledger.queries import newest_entries
from tutela.hotline.people.configuration import configuration_in_force, rehearse
from tutela.kernel.errors import Refused
from tutela.processes.configured import take_up


@pytest.mark.django_db
def test_a_process_notes_what_it_starts_under(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "tutela.hotline.cases.actions.openings.close_connection", lambda: None
    )  # a test's own
    with pytest.raises(Refused, match="nobody is named who may sign"):
        take_up("desk", tmp_path)
    rehearse(tmp_path)
    assert take_up("desk", tmp_path) == configuration_in_force(tmp_path)
    assert [(one.act, one.actor) for one in newest_entries(1)] == [("configuration_taken_up", "desk")]


@pytest.mark.slow
def test_the_desk_does_not_start_under_an_altered_mandate(tmp_path: Path) -> None:
    home = found_house(tmp_path / "home")
    path = home / "configuration" / "mandate.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("granted = false", "granted = true") + "#\n")
    done = tutela(home, "serve", "desk", "--listen", "127.0.0.1:18701")
    assert done.returncode == 2 and "mandate.toml" in done.stderr and "http://" not in done.stdout
