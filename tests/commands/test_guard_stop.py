from __future__ import annotations

from pathlib import Path

from tests.commands.guard_calls import Person


def test_the_emergency_stop_waits_for_nothing(person: Person) -> None:
    person.set_up("--delay", "72")
    assert person("stop") == 0
    assert person.status()["state"] == "stopped"


def test_the_emergency_stop_works_in_a_folder_that_is_open_to_others_and_in_no_other(
    person: Person, tmp_path: Path
) -> None:
    person.set_up("--delay", "72")
    person.folder.path.chmod(0o755)
    assert person("status") == 2 and "open to others" in person.err
    assert person("stop") == 0
    person.folder.path.chmod(0o700)
    assert person.status()["state"] == "stopped"
    assert person("stop", "--folder", str(tmp_path)) == 2 and list(tmp_path.glob("stopped")) == []
