from __future__ import annotations

from dataclasses import replace

import pytest

from tests.kernel.signing.tea_house import GREEN, HEAD, TEA, TeaHouse
from tutela.kernel.errors import Conflict
from tutela.kernel.signing.documents import digest_of
from tutela.kernel.signing.signers import ConfigurationRefused


def test_what_enough_signers_signed_is_in_force_with_its_digest(house: TeaHouse) -> None:
    enacted = house.folder.enact(house.signed(GREEN, "cleo", "anna"), TEA, house.clock)
    assert house.read() == "green" and enacted.digest == digest_of(GREEN)
    assert enacted.signed_by == ("anna", "cleo") and enacted.header.number == 1


def test_a_file_without_enough_signatures_is_refused(house: TeaHouse) -> None:
    house.put(GREEN)
    with pytest.raises(ConfigurationRefused, match="nobody signed it; 2 signatures are needed"):
        house.read()
    house.put(house.signed(GREEN, "ben"))
    with pytest.raises(ConfigurationRefused, match="1 signed, 2 signatures are needed"):
        house.read()
    house.put(house.signed(GREEN, "ben", "anna"))
    assert house.read() == "green"


def test_an_altered_text_is_refused(house: TeaHouse) -> None:
    house.put(str(house.signed(GREEN, "anna", "ben")).replace("green", "black"))
    with pytest.raises(ConfigurationRefused, match="anna does not fit: the text was changed"):
        house.read()


def test_what_was_right_before_does_not_make_another_right(house: TeaHouse) -> None:
    """What was verified once is remembered by every byte of it."""
    right = str(house.signed(GREEN, "anna", "ben"))
    house.put(right)
    assert house.read() == "green"
    house.put(right.replace("green", "black"))
    with pytest.raises(ConfigurationRefused, match="the text was changed"):
        house.read()
    house.put(house.signed(GREEN, "anna"))
    with pytest.raises(ConfigurationRefused, match="1 signed, 2 signatures are needed"):
        house.read()
    house.put(right)
    with pytest.raises(ConfigurationRefused, match="schema: this is to be tutela-coffee"):
        house.folder.read(replace(TEA, schema="tutela-coffee"), house.clock)


def test_a_stranger_s_signature_and_a_double_one_are_refused(house: TeaHouse) -> None:
    note = house.signed(GREEN, "anna", "ben")
    house.put(house.signed(str(note), "mallory"))
    with pytest.raises(ConfigurationRefused, match="no signer of this house"):
        house.read()
    house.put(note.with_signatures(note.signatures[:1]))
    with pytest.raises(ConfigurationRefused, match="anna signed twice"):
        house.read()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (GREEN.replace("tutela-tea", "tutela-coffee"), "schema: this is to be tutela-tea/1"),
        (GREEN.replace("tutela-tea/1", "tutela-tea/2"), "newer release"),
        (GREEN.replace("tutela-tea/1", "tutela-tea"), "no format version"),
        (GREEN + "sugar = true\n", "sugar: nobody knows this key"),
        (HEAD, "kind: this is missing"),
        (HEAD + 'kind = "rooibos"\n', "kind: one of: black, green"),
        (GREEN.replace("2027-01-01", "2026-02-28"), "it expired on 2026-02-28T00:00:00Z"),
        (GREEN.replace("2026-01-01", "2026-03-02"), "valid from 2026-03-02T00:00:00Z on"),
        (GREEN.replace("2027-01-01", "2025-01-01"), "expires: later than valid_from"),
        (GREEN.replace("number = 1", "number = 0"), "number: a whole number from 1"),
        ("no toml\n", "this is no TOML"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused_with_its_reason(house: TeaHouse, text: str, reason: str) -> None:
    house.put(house.signed(text, "anna", "ben"))
    with pytest.raises(ConfigurationRefused, match=reason):
        house.read()


def test_it_ends_while_the_house_runs_and_begins_with_ten_minutes_of_skew(house: TeaHouse) -> None:
    text = GREEN.replace("2026-01-01", "2026-03-01T12:09:00Z").replace("2027-01-01", "2026-03-01T13:00:00Z")
    house.put(house.signed(text, "anna", "ben"))
    assert house.read() == "green"
    house.clock.advance(3_600)
    with pytest.raises(ConfigurationRefused, match="expired"):
        house.read()


def test_a_missing_file_says_which_command_helps(house: TeaHouse) -> None:
    with pytest.raises(ConfigurationRefused, match=r"tea.toml: there is none; tutela tea sample"):
        house.read()


def test_signatures_may_stand_beside_the_text(house: TeaHouse) -> None:
    note = house.signed(GREEN, "anna", "ben")
    lines = "".join(one.line() for one in note.signatures)
    beside = house.file.with_name("tea.toml.sig")
    house.put(GREEN)
    beside.write_text(lines, encoding="utf-8")
    assert house.read() == "green"
    house.put(note)
    with pytest.raises(ConfigurationRefused, match="both in the text and beside it"):
        house.read()
    house.folder.enact(
        house.signed(GREEN.replace("number = 1", "number = 2"), "anna", "ben"), TEA, house.clock
    )
    assert house.read() == "green" and not beside.exists()


def test_only_a_later_number_takes_its_place(house: TeaHouse) -> None:
    second = HEAD.replace("number = 1", "number = 2") + 'kind = "black"\n'
    house.folder.enact(house.signed(second, "anna", "ben"), TEA, house.clock)
    for earlier in (GREEN, second.replace("black", "green")):
        with pytest.raises(Conflict, match="number 2 is in force"):
            house.folder.enact(house.signed(earlier, "anna", "ben"), TEA, house.clock)
    assert house.read() == "black"


def test_an_old_file_that_is_put_back_while_the_house_runs_is_not_in_force_again(house: TeaHouse) -> None:
    old = house.signed(GREEN, "anna", "ben")
    house.put(old)
    assert house.read() == "green"
    house.put(house.signed(GREEN.replace("number = 1", "number = 2"), "anna", "ben"))
    assert house.read() == "green"
    house.put(old)
    with pytest.raises(ConfigurationRefused, match="a later one was in force; this one is old"):
        house.read()


def test_what_cannot_be_read_gives_way(house: TeaHouse) -> None:
    house.put("\udcff".encode("utf-8", "surrogateescape").decode("latin-1"))
    house.folder.enact(house.signed(GREEN, "anna", "ben"), TEA, house.clock)
    assert house.read() == "green"


def test_bytes_that_are_no_text_and_files_that_are_too_large_are_refused(house: TeaHouse) -> None:
    house.file.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationRefused, match=r"tea\.toml"):
        house.read()
    house.put("# tea\n" * 20_000)
    with pytest.raises(ConfigurationRefused, match="at most 65536 bytes"):
        house.read()


def test_a_file_among_the_signers_that_has_no_number_is_refused(house: TeaHouse) -> None:
    (house.folder.folder / "signers" / "old.toml").write_text("x\n")
    with pytest.raises(ConfigurationRefused, match=r"old\.toml: no file of signers has such a name"):
        house.folder.chain()
