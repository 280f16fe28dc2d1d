from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernel.signing.tea_house import GREEN, TeaHouse
from tutela.kernel.custody.note_keys import SigningKey
from tutela.kernel.custody.notes import Note
from tutela.kernel.signing.signers import ConfigurationRefused, Signers, parse_signers, render_signers

KEYS = [SigningKey.new(name).note_key for name in ("anna", "ben", "cleo", "dora", "e.v-a")]


@given(st.integers(2, 5), st.integers(2, 5), st.integers(1, 3))
def test_signers_are_written_and_read(count: int, need: int, number: int) -> None:
    previous = "ab" * 32 if number > 1 else ""
    made = Signers(number=number, need=min(need, count), keys=tuple(KEYS[:count]), previous=previous)
    assert parse_signers(render_signers(made)) == made


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"need": 1}, "need: from 2"),
        ({"need": 4}, "need: from 2 to the number of signers"),
        ({"keys": (KEYS[0], KEYS[0], KEYS[1])}, "only once"),
        ({"previous": "ab"}, "previous"),
        ({"number": 2}, "previous"),
    ],
    ids=["one alone", "more than there are", "twice", "first with a past", "later without one"],
)
def test_signers_that_do_not_fit_are_refused(change: dict[str, object], reason: str) -> None:
    fitting: dict[str, object] = {"number": 1, "need": 2, "keys": tuple(KEYS[:3])}
    Signers(**fitting)  # type: ignore[arg-type]  # a table of cases
    with pytest.raises(ValueError, match=reason):
        Signers(**fitting | change)  # type: ignore[arg-type]  # a table of cases


def test_one_key_under_two_names_and_a_loud_name_are_refused() -> None:
    raw = KEYS[0].public_key
    twin = type(KEYS[0])(name="twin", public_key=raw)
    with pytest.raises(ValueError, match="each key only once"):
        Signers(number=1, need=2, keys=(KEYS[0], twin))
    with pytest.raises(ValueError, match="a signer's name is"):
        Signers(number=1, need=2, keys=(KEYS[0], type(twin)(name="Anna", public_key=KEYS[1].public_key)))


def test_without_signers_nothing_is_in_force(tmp_path: Path) -> None:
    house = TeaHouse(tmp_path)
    with pytest.raises(ConfigurationRefused, match="tutela signers init"):
        house.folder.chain()


def test_the_first_signers_sign_their_own_file(tmp_path: Path) -> None:
    house = TeaHouse(tmp_path)
    with pytest.raises(ConfigurationRefused, match="1 signed, 2 signatures"):
        house.folder.enact_signers(house.signed(house.signers_text("anna", "ben"), "anna"))
    house.begin("anna", "ben")
    chain = house.folder.chain()
    assert chain.anchor == chain.digest and chain.signers.need == 2


def test_new_signers_need_the_old_and_themselves(house: TeaHouse) -> None:
    with pytest.raises(ConfigurationRefused, match="nobody signed it; 2"):
        house.follow("mallory", "dora", by=("mallory", "dora"))
    with pytest.raises(ConfigurationRefused, match="1 signed, 2"):
        house.follow("anna", "dora", by=("anna", "dora"))  # only one of the old
    with pytest.raises(ConfigurationRefused, match="1 signed, 2"):
        house.follow("dora", "anna", by=("anna", "ben"))  # dora did not show her key
    first = house.folder.chain()
    house.follow("dora", "anna", by=("anna", "ben", "dora"))
    chain = house.folder.chain()
    assert [key.name for key in chain.signers.keys] == ["dora", "anna"]
    assert chain.anchor == first.digest != chain.digest and chain.signers.previous == first.digest


def test_one_alone_cannot_lower_the_number(house: TeaHouse) -> None:
    house.follow("anna", "ben", "cleo", need=3, by=("anna", "ben", "cleo"))
    with pytest.raises(ConfigurationRefused, match="2 signed, 3"):
        house.follow("anna", "ben", "cleo", need=2, by=("anna", "ben"))
    house.follow("anna", "ben", "cleo", need=2, by=("anna", "ben", "cleo"))
    assert house.folder.chain().signers.need == 2


def test_who_left_does_not_count_and_does_not_disturb(house: TeaHouse) -> None:
    house.put(house.signed(GREEN, "anna", "ben", "cleo"))
    house.follow("anna", "ben", "dora", by=("anna", "ben", "dora"))
    assert house.read() == "green"
    house.follow("anna", "dora", by=("anna", "ben", "dora"))
    with pytest.raises(ConfigurationRefused, match="1 signed, 2"):
        house.read()


def test_a_person_who_comes_back_counts_again(house: TeaHouse) -> None:
    house.follow("anna", "ben", by=("anna", "ben"))
    house.follow("anna", "ben", "cleo", by=("anna", "ben", "cleo"))
    house.put(house.signed(GREEN, "anna", "cleo"))
    assert house.read() == "green"


def test_a_history_with_a_gap_a_swap_or_a_stranger_is_refused(house: TeaHouse) -> None:
    house.follow("anna", "ben", by=("anna", "ben"))
    house.follow("anna", "ben", "dora", by=("anna", "ben", "dora"))
    folder = house.folder.folder / "signers"
    second = (folder / "2.toml").read_text()
    (folder / "2.toml").unlink()
    with pytest.raises(ConfigurationRefused, match="does not follow"):
        house.folder.chain()
    (folder / "2.toml").write_text((folder / "3.toml").read_text())
    with pytest.raises(ConfigurationRefused, match="does not follow"):
        house.folder.chain()
    (folder / "2.toml").write_text(second.replace("need = 2", "need = 1"))
    with pytest.raises(ConfigurationRefused, match="need"):
        house.folder.chain()
    (folder / "2.toml").write_text(second)
    assert house.folder.chain().signers.number == 3
    (folder / "signers-new.toml").write_text(second)
    with pytest.raises(ConfigurationRefused, match="such a name"):
        house.folder.chain()


def test_a_foreign_schema_is_refused(tmp_path: Path) -> None:
    house = TeaHouse(tmp_path)
    text = house.signers_text("anna", "ben").replace("tutela-signers/1", "tutela-tea/1")
    with pytest.raises(ConfigurationRefused, match="this release reads tutela-signers/1"):
        house.folder.enact_signers(house.signed(text, "anna", "ben"))


def test_a_stranger_s_a_wrong_and_a_double_signature_are_refused(house: TeaHouse) -> None:
    chain = house.folder.chain()
    note = house.signed(GREEN, "anna", "ben")
    assert chain.signed_by(note) == ("anna", "ben")
    with pytest.raises(ConfigurationRefused, match="no signer of this house"):
        chain.signed_by(house.signed(GREEN, "mallory"))
    with pytest.raises(ConfigurationRefused, match="anna signed twice"):
        chain.signed_by(note.with_signatures(note.signatures[:1]))
    with pytest.raises(ConfigurationRefused, match="the text was changed since"):
        chain.signed_by(Note(text="other\n", signatures=note.signatures))


def test_a_key_under_which_anybody_s_signature_fits_is_refused() -> None:
    weak = type(KEYS[0])(name="weak", public_key=bytes([1]) + bytes(31))
    Signers(number=1, need=2, keys=(KEYS[0], KEYS[1]))
    with pytest.raises(ValueError, match="anybody's signature fits"):
        Signers(number=1, need=2, keys=(KEYS[0], KEYS[1], weak))
