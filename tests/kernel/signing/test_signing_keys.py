from __future__ import annotations

from pathlib import Path

import pytest

from tutela.kernel.errors import Conflict, Invalid, Refused
from tutela.kernel.signing.documents import parse, sign
from tutela.kernel.signing.signing_keys import find_key, new_key, read_key, write_key


def never() -> str:
    raise AssertionError("nobody is asked")


def test_a_key_is_a_file_of_its_owner_alone_and_signs_the_same_again(tmp_path: Path) -> None:
    key = new_key("anna")
    path = write_key(tmp_path / "signing", key)
    assert path.name == "anna.key" and path.stat().st_mode & 0o777 == 0o600
    again = read_key(path, never)
    assert again.note_key == key.note_key and sign(parse("text\n"), again) == sign(parse("text\n"), key)
    assert find_key(tmp_path / "signing", "anna") == path and find_key(tmp_path, "ben") is None


def test_a_passphrase_seals_it(tmp_path: Path) -> None:
    key = new_key("anna")
    path = write_key(tmp_path, key, "correct horse")
    assert path.name == "anna.key.age" and b"PRIVATE" not in path.read_bytes()
    assert read_key(path, lambda: "correct horse").note_key == key.note_key
    with pytest.raises(Refused, match="passphrase"):
        read_key(path, lambda: "wrong horse")


def test_a_second_key_of_the_same_name_is_refused(tmp_path: Path) -> None:
    path = write_key(tmp_path, new_key("anna"))
    before = path.read_bytes()
    for passphrase in ("", "correct horse"):
        with pytest.raises(Conflict, match="nothing was changed"):
            write_key(tmp_path, new_key("anna"), passphrase)
    assert path.read_bytes() == before


def test_a_key_that_others_may_read_or_that_is_none_is_refused(tmp_path: Path) -> None:
    path = write_key(tmp_path, new_key("anna"))
    text = path.read_text()
    secret = text.split("+", 4)[-1].strip()  # after PRIVATE+KEY+name+id+, and may hold such a sign itself
    assert len(secret) > 40
    path.chmod(0o640)
    with pytest.raises(Refused, match="open to other users"):
        read_key(path, never)
    path.chmod(0o600)
    for damaged in (
        "",
        "\xff",
        text.replace("anna", "ben"),
        text.removeprefix("PRIVATE+KEY+"),
        text[:-4],
        text.replace("A", "B"),
    ):
        path.write_text(damaged, encoding="latin-1")
        with pytest.raises(Invalid, match="no private key") as caught:
            read_key(path, never)
        assert secret not in str(caught.value)
    path.unlink()
    with pytest.raises(Refused, match="tutela signers key"):
        read_key(path, never)


@pytest.mark.parametrize("name", ["", "Anna", "anna b", "../anna", "a" * 41, "anna+ben"])
def test_a_name_that_no_signer_may_have_is_refused(name: str) -> None:
    assert new_key("anna").name == "anna"
    with pytest.raises(Invalid, match="a signer's name is"):
        new_key(name)
