"""The operations page of a hotline names every alert and every finding of the doctor about the house."""

from __future__ import annotations

import re

from tests.house.reading import ROOT
from tutela.hotline.alerts.kinds import KINDS
from tutela.hotline.house import examination

PAGE = (ROOT / "docs/how-to/operate-hotline.md").read_text(encoding="utf-8")


def named(column: int) -> set[str]:
    """The words in this column of the table of alerts and findings."""
    table = PAGE.partition("| alert | doctor |")[2].partition("\n\n")[0].splitlines()[2:]
    return {word for row in table for word in re.findall(r"`(\w+)`", row.split("|")[column])}


def test_every_alert_has_its_row() -> None:
    assert named(1) == {kind.word for kind in KINDS}


def test_every_finding_of_the_doctor_about_the_house_has_its_row() -> None:
    looks = set(examination._LOOKS)
    assert named(2) - {"hotline", "space", "clock"} == looks
