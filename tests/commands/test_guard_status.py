from __future__ import annotations

import socket

from tests.commands.guard_calls import Person
from tutela.prevent.guard.person.words import words_for
from tutela.prevent.guard.running.turn import turn


def test_it_says_whether_it_runs_and_what_waits(person: Person) -> None:
    assert person("status") == 2 and "tutela guard setup" in person.err
    person.set_up("--delay", "24")
    with turn(person.folder):
        assert person.status()["runs"] is True
        assert person("status") == 0
        assert person.out.startswith("it runs: on")
    person("choose", "--no-known")
    assert person("status") == 0
    assert person.out.startswith("it does not run: on")
    assert "known_lists: no, in 1440 minutes" in person.out
    assert person.status()["waits"][0]["field"] == "known_lists"


def test_a_folder_that_is_none_is_refused(person: Person) -> None:
    assert person("status", "--folder", str(person.home)) == 2
    assert "nothing is set up here" in person.err


def test_a_port_that_something_else_has_is_told(person: Person) -> None:
    assert person.set_up("--port", "8714", "--language", "es") == 0
    assert person.status()["troubles"] == []
    person.taken.add(8704)
    assert person.status()["troubles"] == []
    person.taken.add(8714)
    said = words_for("es").say("told.port_taken", name="Quiet Pages", port=8714)
    assert person("status") == 0 and person.out.splitlines()[:2] == ["it does not run: on", said]
    assert person.status()["troubles"] == [said]
    with turn(person.folder):
        assert person.status()["troubles"] == [], "the one that has it is its own"


def test_a_proxy_setting_that_was_changed_is_told(person: Person) -> None:
    assert person.set_up("--language", "nl") == 0
    (path,) = (person.home / ".config" / "environment.d").iterdir()
    words, kept = words_for("nl"), path.read_text()
    path.write_text(kept.replace("no_proxy=", "no_proxy=other.example,"))
    changed = words.say("told.proxy_changed", where=path)
    assert person.status()["troubles"] == [changed]
    path.write_text("http_proxy=http://proxy.example:3128\n")
    other = words.say("told.other_proxy", where=path, address="http://proxy.example:3128")
    assert person("status") == 0 and person.out.splitlines()[1] == other
    path.write_text(kept)
    assert person.status()["troubles"] == []
    path.unlink()
    path.mkdir()
    assert person.status()["troubles"] == [], "a setting that nobody can read hinders nothing"


def test_it_says_where_the_page_is_once_it_is_there(person: Person) -> None:
    with socket.create_server(("127.0.0.1", 0)) as page:
        port = page.getsockname()[1]
        assert person.set_up("--page-port", str(port)) == 0
        assert f":{port}" not in person.out and "tutela guard status" in person.out
        assert person.status()["page"] is None, "it does not run"
        with turn(person.folder):
            assert person.status()["page"] == f"http://127.0.0.1:{port}"
            assert person("status") == 0
            assert person.out.splitlines()[:2] == ["it runs: on", f"your page: http://127.0.0.1:{port}"]
    with turn(person.folder):
        assert person.status()["page"] is None and person("status") == 0
        assert "your page" not in person.out
