from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.hotline.people.mandate.samples import NOW
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import process
from tutela.hotline.ledger.queries import newest_entries
from tutela.hotline.people.configuration import configuration_in_force, rehearse, rehearse_roster
from tutela.hotline.people.enactments import SUBJECT, check_goes_on, take_up_configuration
from tutela.hotline.people.mandate.reading import MANDATE, sample_text
from tutela.kernel.clock import FixedClock
from tutela.kernel.custody.note_keys import SigningKey
from tutela.kernel.errors import Refused
from tutela.kernel.signing import documents
from tutela.kernel.signing.signed_files import ConfigurationFolder
from tutela.kernel.signing.signers import Signers, render_signers

CLOCK, DESK, WORKER = FixedClock(NOW), process("desk"), process("worker")
KEYS = (SigningKey.new("anna"), SigningKey.new("ben"))


def enact(home: Path, sample: str, number: int) -> None:
    """This sample under this number, signed by both, standing there by whatever way."""
    text = sample_text(sample, now=NOW).replace("number = 1", f"number = {number}")
    note = documents.sign(documents.sign(documents.parse(text), KEYS[0]), KEYS[1])
    documents.write(home / "configuration" / MANDATE.name, note)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A house whose signers are KEYS."""
    other, home = tmp_path / "other", tmp_path / "home"
    rehearse(other, clock=CLOCK)
    text = render_signers(Signers(number=1, need=2, keys=tuple(key.note_key for key in KEYS)))
    folder = ConfigurationFolder(home)
    folder.enact_signers(documents.sign(documents.sign(documents.parse(text), KEYS[0]), KEYS[1]))
    quorum = documents.read(other / "configuration" / "quorum.toml").text
    note = documents.sign(documents.sign(documents.parse(quorum), KEYS[0]), KEYS[1])
    documents.write(home / "configuration" / "quorum.toml", note)
    enact(home, "police-first", 1)
    return home


def acts() -> list[str]:
    return [one.act for one in newest_entries(20)]


@pytest.mark.django_db
def test_what_is_in_force_is_written_down_once(home: Path) -> None:
    found = take_up_configuration(home, actor=DESK, clock=CLOCK)
    assert take_up_configuration(home, actor=WORKER, clock=CLOCK) == found
    assert acts() == ["configuration_taken_up", "signers_anchored"]
    entry = newest_entries(1)[0]
    assert (entry.subject, entry.actor, entry.at) == (SUBJECT, "desk", NOW)
    assert entry.facts == {
        "mandate": 1,
        "quorum": 1,
        "roster": 0,
        "signers": 1,
        "configuration": found.digest,
    }


@pytest.mark.django_db
def test_a_later_number_is_taken_up_and_an_earlier_one_never_again(home: Path) -> None:
    first = take_up_configuration(home, actor=DESK, clock=CLOCK)
    enact(home, "no-viewing", 2)
    second = take_up_configuration(home, actor=DESK, clock=CLOCK)
    assert second.mandate.name == "no viewing" and second.digest != first.digest
    assert acts().count("configuration_taken_up") == 2
    enact(home, "police-first", 1)
    with pytest.raises(Refused, match="mandate: a later one was in force; this one is old"):
        take_up_configuration(home, actor=DESK, clock=CLOCK)
    assert acts().count("configuration_taken_up") == 2


@pytest.mark.django_db
def test_another_text_under_the_same_number_is_refused(home: Path) -> None:
    take_up_configuration(home, actor=DESK, clock=CLOCK)
    enact(home, "no-viewing", 1)
    with pytest.raises(Refused, match="changed and its number did not"):
        take_up_configuration(home, actor=DESK, clock=CLOCK)


@pytest.mark.django_db
def test_the_whole_folder_of_another_house_is_refused(home: Path) -> None:
    found = take_up_configuration(home, actor=DESK, clock=CLOCK)
    check_goes_on(found)
    shutil.rmtree(home / "configuration")
    foreign = rehearse(home, clock=CLOCK)
    with pytest.raises(Refused, match="not those of the house that the ledger belongs to"):
        check_goes_on(foreign)
    with pytest.raises(Refused, match="not those of the house"):
        take_up_configuration(home, actor=DESK, clock=CLOCK)


@pytest.mark.django_db
def test_nothing_is_written_for_a_configuration_that_is_refused(home: Path) -> None:
    (home / "configuration" / "mandate.toml").unlink()
    with pytest.raises(Refused, match="there is none"):
        take_up_configuration(home, actor=DESK, clock=CLOCK)
    assert acts() == []


@pytest.mark.django_db
def test_a_roster_that_was_in_force_cannot_be_taken_away(home: Path) -> None:
    take_up_configuration(home, actor=DESK, clock=CLOCK)
    assert rehearse_roster(home, {}, keys=KEYS, clock=CLOCK).number == 1
    assert take_up_configuration(home, actor=DESK, clock=CLOCK).numbers["roster"] == 1
    (home / "configuration" / "roster.toml").unlink()
    with pytest.raises(Refused, match="roster: a later one was in force"):
        take_up_configuration(home, actor=DESK, clock=CLOCK)


@pytest.mark.django_db
def test_a_ledger_that_knew_of_no_roster_goes_on(home: Path) -> None:
    """As one of before there were rosters."""
    found = configuration_in_force(home, clock=CLOCK)
    facts = {name: number for name, number in found.numbers.items() if name != "roster"}
    record(
        "configuration_taken_up",
        actor=DESK,
        subject=SUBJECT,
        facts={**facts, "configuration": found.digest},
        clock=CLOCK,
    )
    check_goes_on(found)
    enact(home, "no-viewing", 1)
    with pytest.raises(Refused, match="changed and its number did not"):
        check_goes_on(configuration_in_force(home, clock=CLOCK))
