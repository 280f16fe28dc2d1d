from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.custody import notes
from tutela.kernel.custody.notes import Note, NoteKey, parse, sign

#: Key and note of the documentation of Go's package sumdb/note, the first implementation.
KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6"
    "RyyBwJnAM=\n"
)
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def public(name: str = "log.example") -> NoteKey:
    return NoteKey(name=name, public_key=PRIVATE.public_key().public_bytes_raw())


def test_a_note_of_another_implementation_is_read_and_verified() -> None:
    key, note = NoteKey.read(KEY), parse(NOTE)
    assert note.signed_by(key)
    assert (str(key), str(note)) == (KEY, NOTE)


def test_a_changed_text_or_another_key_is_not_signed() -> None:
    note = parse(NOTE.replace("answer", "question"))
    assert not note.signed_by(NoteKey.read(KEY))
    assert not parse(NOTE).signed_by(public("PeterNeumann"))


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=80), st.integers(0, 3))
def test_what_is_signed_comes_back(text: str, empty_lines: int) -> None:
    note = sign(text + "\n" * empty_lines + "end\n", "log.example", PRIVATE)
    again = parse(str(note))
    assert again == note
    assert again.signed_by(public())
    assert not again.signed_by(public("other.example"))


def test_a_signature_that_is_too_short_is_wrong() -> None:
    note = sign("text\n", "log.example", PRIVATE)
    short = notes.Signature(name="log.example", number=public().number, value=b"1")
    assert not Note(text="text\n", signatures=(short,)).signed_by(public())
    assert note.with_signatures([short]).signed_by(public())


@pytest.mark.parametrize(
    ("untrusted_note", "said"),
    [
        ("", "blank line"),
        ("text\n", "blank line"),
        ("text\n\n\u2014 a AAAAAAA=", "blank line"),
        ("text\n\n\u2014 a AAAAAAA=\n\n", "blank line"),
        ("text\n\n\u2014 a AAAAAAB=\n", "bits"),
        ("text\n\n- a AAAAAAA=\n", "em dash"),
        ("text\n\n\u2014 a+b AAAAAAA=\n", "em dash"),
        ("text\n\n\u2014  AAAAAAA=\n", "em dash"),
        ("text\n\n\u2014 a AAAA!AAA=\n", "base64"),
        ("text\n\n\u2014 a AAAA\n", "four bytes"),
        ("te\rxt\n\n\u2014 a AAAAAAA=\n", "control"),
        ("x" * 70_000 + "\n\n\u2014 a AAAAAAA=\n", "65536 bytes"),
        ("text\n\n" + "\u2014 a AAAAAAA=\n" * 65, "64 signatures"),
    ],
)
def test_what_is_no_note(untrusted_note: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse(untrusted_note)


@given(st.text(max_size=200))
def test_any_text_is_a_note_or_a_value_error(text: str) -> None:
    try:
        note = parse(text)
    except ValueError:
        return
    assert parse(str(note)) == note


@pytest.mark.parametrize(
    "text", ["", "name", "name+00000000+", "name+00000000+!", "na me+0+AQ==", "name+00000000+BA==", KEY[:-4]]
)
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(ValueError):
        NoteKey.read(text)


def test_a_key_whose_number_belongs_to_another() -> None:
    with pytest.raises(ValueError, match="number"):
        NoteKey.read(KEY.replace("c74f20a3", "c74f20a4"))


def test_a_text_without_an_end_is_not_signed() -> None:
    with pytest.raises(ValueError, match="line feed"):
        sign("text", "log.example", PRIVATE)


def test_a_name_with_a_space_or_a_key_of_31_bytes_is_none() -> None:
    for name, raw in (("a b", bytes(32)), ("a", bytes(31))):
        with pytest.raises(ValueError, match="32 bytes and a name"):
            NoteKey(name=name, public_key=raw)
