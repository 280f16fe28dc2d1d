from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.hotline.people.configuration import rehearsal_keys, rehearse, rehearse_roster
from tutela.hotline.people.roles import ROLES, exclusion
from tutela.hotline.people.vouching.roster import (
    ROSTER,
    Line,
    Roster,
    parse_roster,
    render_roster,
    roster_in_force,
    sample_text,
)
from tutela.kernel.clock import FixedClock
from tutela.kernel.ids import new_id
from tutela.kernel.signing.signers import ConfigurationRefused

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ADA = "usr_" + "a" * 32
LINES = {ADA: Line(name="Ada", roles=frozenset({"analyst"}), renewal=2)}
ROLE_SETS = st.frozensets(st.sampled_from(sorted(ROLES))).filter(lambda some: exclusion(some) is None)


def test_the_sample_is_read_and_a_wrong_name_is_told() -> None:
    header, roster = ROSTER.read_text(sample_text("two-people", now=NOW))
    assert header.number == roster.number == 1 and len(roster.people) == 2
    assert ROSTER.parse is parse_roster
    with pytest.raises(ValueError, match="two-people"):
        sample_text("nobody", now=NOW)


@given(
    name=st.text(
        st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=100
    ).filter(str.strip),
    roles=ROLE_SETS,
    renewal=st.integers(1, 1_000_000),
    number=st.integers(1, 9),
)
def test_what_is_rendered_is_read_again(name: str, roles: frozenset[str], renewal: int, number: int) -> None:
    people = {new_id("usr_"): Line(name=name, roles=roles, renewal=renewal)}
    assert ROSTER.read_text(render_roster(people, number=number, now=NOW))[1] == Roster(
        number=number, people=people
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (ADA, "usr_short", "account's id"),
        (ADA, "itm_" + "a" * 32, "account's id"),
        ("renewal = 2", "renewal = 0", "renewal"),
        ('["analyst"]', '["chief"]', "roles"),
        ('["analyst"]', '["administrator", "list_approver"]', "together"),
        ("renewal = 2", "renewal = 2\nvotes = 9", "votes"),
        ('name = "Ada"', 'name = ""', "name"),
        ("tutela-roster/1", "tutela-roster/2", "roster"),
        ("number = 1\n", "number = 0\n", "number"),
    ],
)
def test_what_does_not_belong_on_a_roster_is_refused(old: str, new: str, said: str) -> None:
    text = render_roster(LINES, number=1, now=NOW)
    assert old in text
    with pytest.raises(ValueError, match=said):
        ROSTER.read_text(text.replace(old, new))


def test_nobody_is_on_a_roster_twice() -> None:
    """Two accounts of one name are one person, or two whom nobody can tell apart."""
    lines = {new_id("usr_"): Line(name=name, roles=frozenset(), renewal=1) for name in ("Ada", "ADA")}
    with pytest.raises(ValueError, match="only once"):
        ROSTER.read_text(render_roster(lines, number=1, now=NOW))


def test_a_house_without_a_roster_vouches_for_nobody(tmp_path: Path) -> None:
    rehearse(tmp_path)
    assert roster_in_force(tmp_path) == Roster()


def test_a_roster_comes_into_force_and_the_next_replaces_it(tmp_path: Path) -> None:
    keys = rehearsal_keys()
    rehearse(tmp_path, keys=keys)
    assert rehearse_roster(tmp_path, LINES, keys=keys).people == LINES
    assert rehearse_roster(tmp_path, {}, keys=keys) == roster_in_force(tmp_path) == Roster(number=2)


@pytest.mark.parametrize("way", ["altered", "expired", "strangers"])
def test_a_roster_that_is_not_right_is_refused(way: str, tmp_path: Path) -> None:
    keys, clock = rehearsal_keys(), FixedClock(NOW)
    rehearse(tmp_path, keys=keys, clock=clock)
    rehearse_roster(tmp_path, LINES, keys=keys, clock=clock)
    path = tmp_path / "configuration" / ROSTER.name
    if way == "altered":
        path.write_bytes(path.read_bytes().replace(b"renewal = 2", b"renewal = 3"))
    if way == "expired":
        clock.advance(366 * 86_400)
    if way == "strangers":
        other = tmp_path / "other"
        strangers = rehearsal_keys()
        rehearse(other, keys=strangers, clock=clock)
        rehearse_roster(other, LINES, keys=strangers, clock=clock)
        path.write_bytes((other / "configuration" / ROSTER.name).read_bytes())
    with pytest.raises(ConfigurationRefused):
        roster_in_force(tmp_path, clock=clock)
