from __future__ import annotations

import click
import pytest

from tests.commands.pilot_calls import Pilot
from tutela.commands.guard_pilot import COMMANDS, command


def test_every_command_is_there_with_the_line_that_the_group_shows(pilot: Pilot) -> None:
    context = click.Context(command)
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        assert found is not None and found.name == name and found.short_help == COMMANDS[name][1]
    assert command.get_command(context, "none") is None
    assert pilot("--help") == 0 and all(name in pilot.out for name in COMMANDS)


@pytest.mark.slow
def test_a_study_from_its_founding_to_what_is_published(pilot: Pilot) -> None:
    pilot.found(count=2)
    for code in pilot.codes():
        assert pilot("enrol", str(pilot.folder), code) == 0, pilot.err
    assert pilot.join() == 0, pilot.err
    assert pilot.mine("answer", "end", "--set", "own_goal=4", "--set", "calm=") == 0, pilot.err
    assert pilot.shown()
    assert pilot("audit", str(pilot.folder)) == 0 and "every arm is as it says" in pilot.out
    out = pilot.place / "out"
    words = ("analyse", str(pilot.folder), "--release", "one", "-o", str(out))
    assert pilot(*words) == 0, pilot.err
    assert "2 people enrolled, reports of 0" in pilot.out
    assert sorted(path.name for path in out.iterdir()) == [
        "exact.json",
        "published.json",
        "report.html",
        "report.md",
    ]
