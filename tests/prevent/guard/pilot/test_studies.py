from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from tests.prevent.guard.pilot.making import DRAFT, note_of, office_at
from tutela.kernel.custody.notes import NoteKey
from tutela.kernel.errors import Invalid, Refused
from tutela.prevent.guard.pilot.studies import Keys, Study, keys_text, parse_study, read_study

KEYS = Keys(signs=NoteKey(name="clinic", public_key=b"k" * 32), opens=b"o" * 32, seed="5" * 64)


def study(draft: str = DRAFT) -> Study:
    return parse_study(draft + keys_text(KEYS))


def test_a_study_says_everything_that_a_person_reads() -> None:
    found = study()
    assert (found.name, found.number, found.sites) == ("example", 1, ("north", "south"))
    assert (found.begins, found.ends) == (date(2026, 9, 1), date(2027, 8, 1))
    assert found.keys == KEYS and list(found.arms) == ["guard", "later"]
    assert found.budget.primary == Fraction(3, 2) and found.budget.total == 4
    assert found.purpose_in("de").startswith("Zwei") and found.purpose_in("fr").startswith("Two")
    assert found.destination.port == 8707


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("study/1", "study/2", "newer release"),
        ("tutela-pilot-study", "other", "schema"),
        ('name = "example"', 'name = "../x"', "name"),
        ("2027-08-01", "2026-09-01", "ends"),
        ("2027-08-01", "2029-09-01", "at most"),
        ("http://127", "http://192", "url"),
        ('"counts"', '"pictures"', "sends"),
        ('["north", "south"]', '["North"]', "sites"),
        ('later = "The program is set up after the study."\n', "", "arms"),
        ("own_goal", "acts", "not asked"),
        ('moment = "end"', 'moment = "professional"', "not asked"),
        ("at_least = 3", "at_least = 5", "at_least"),
        ('primary = "3/2"', 'primary = "9"', "epsilon"),
        ('total = "4"', 'total = "1/0"', "epsilon"),
        ('total = "4"', 'total = "1e9999999"', "epsilon"),
        ('de = "Zwei', 'sv = "Zwei', "purpose"),
        ('law = "GDPR Article 9(2)(a)"\n', "", "law"),
        ('title = "', 'extra = 1\ntitle = "', "extra"),
    ],
)
def test_what_is_wrong_is_named(before: str, after: str, said: str) -> None:
    assert before in DRAFT
    with pytest.raises(ValueError, match=said):
        study(DRAFT.replace(before, after))


def test_only_what_its_own_key_signed_is_read(tmp_path: Path) -> None:
    office = office_at(tmp_path / "one")
    other = office_at(tmp_path / "other")
    note = note_of(office)
    assert read_study(note) == office.study()
    with pytest.raises(Refused, match="not signed"):
        read_study(note.replace("EK 2026-041", "EK 2026-042"))
    text, _, signature = note_of(other).rpartition("\n\n")
    with pytest.raises(Refused):
        read_study(note.rpartition("\n\n")[0] + "\n\n" + signature)
    assert text
    with pytest.raises(Refused):
        read_study(note.rpartition("\n\n")[0] + "\n")
    with pytest.raises(Invalid):
        read_study("nonsense\n")
