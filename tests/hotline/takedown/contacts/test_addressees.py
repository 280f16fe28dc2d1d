"""What is said of whom a person tells by hand: who they are, how sure that is, and what to do without one."""

from __future__ import annotations

from typing import Any

import pytest

from tutela.hotline.takedown.contacts.addressees import GRADE_NAMES, addressee_of
from tutela.hotline.takedown.contacts.models import Contact


def said(*, rehearsal: bool = False, **facts: Any) -> tuple[str, str, str]:
    """(grade, day, sentences) of a contact of the tables."""
    row = Contact(**{"rung": "hotline", "origin": "look_up", "organisation": "", **facts})
    found = addressee_of(row, rehearsal=rehearsal)
    assert found is not None
    return str(found.grade), str(found.checked_on or ""), " ".join(map(str, found.sentences))


def test_a_host_is_told_in_its_own_form() -> None:
    assert addressee_of(Contact(rung="hoster"), rehearsal=True) is None


def test_a_confirmed_hotline_has_its_grade_its_day_and_its_number_in_iccam() -> None:
    grade, day, sentences = said(country="NL")
    assert grade == str(GRADE_NAMES["A"]) and day.startswith("20")
    assert "has the number 43" in sentences and "Nothing is filed there by machine" in sentences
    assert "the hotline of the country where the place stands" in sentences


def test_a_hotline_known_by_name_alone_is_looked_up_first() -> None:
    grade, day, sentences = said(country="DK")
    assert (grade, day) == (str(GRADE_NAMES["C"]), "2026-10-09")  # the day is that of the directory's address
    assert "tell nobody whom you do not find there" in sentences


def test_where_no_hotline_is_known_it_says_what_to_do() -> None:
    grade, day, sentences = said(country="AQ")
    assert (grade, day) == ("", "2026-10-09")
    assert "Tell the police of your own country" in sentences and "Not needed" in sentences
    assert "ICCAM" not in sentences


def test_a_search_engine_hides_and_takes_nothing_down() -> None:
    grade, day, sentences = said(rung="index", organisation="Google Search", country="US")
    assert grade == str(GRADE_NAMES["B"]) and day == "2026-11-22" and "takes nothing down" in sentences
    assert said(rung="index", organisation="Another", country="US")[:2] == ("", "")


@pytest.mark.parametrize("rung", ["hotline", "index"])
def test_the_houses_own_contact_has_no_grade_of_ours(rung: str) -> None:
    grade, day, sentences = said(rung=rung, origin="house", country="AQ")
    assert (grade, day) == ("", "") and sentences.startswith("Your house's contacts book names it.")
    assert "No hotline" not in sentences


def test_a_rehearsal_tells_nobody_real() -> None:
    assert "This house rehearses" in said(rehearsal=True, country="NL")[2]
    assert "rehearses" not in said(country="NL")[2]
