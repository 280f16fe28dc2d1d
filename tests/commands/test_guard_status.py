from __future__ import annotations

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
