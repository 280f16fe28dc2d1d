from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.custody.checkpoints import Checkpoint, WitnessKey, checked, cosign
from tutela.kernel.custody.notes import Note, NoteKey, Signature, parse, sign

LOG, WITNESS = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2))
HERE = Checkpoint(origin="log.example", size=3, root=b"r" * 32)
#: The example of C2SP's tlog-cosignature: origin, size, root and the shape of both signature lines.
PUBLISHED = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzG"
    "ku9nTo+zyWE+xeMcTOAYQ8=\n"
)


def key(name: str = "log.example") -> NoteKey:
    return NoteKey(name=name, public_key=LOG.public_key().public_bytes_raw())


def witness(name: str = "witness.example") -> WitnessKey:
    return WitnessKey(name=name, public_key=WITNESS.public_key().public_bytes_raw())


def test_the_published_example_is_read() -> None:
    found = Checkpoint.read(parse(PUBLISHED).text)
    assert (found.origin, found.size) == ("example.com/behind-the-sofa", 20_852_163)
    assert found.text() == parse(PUBLISHED).text


@given(st.integers(0, 10**18), st.binary(min_size=32, max_size=32))
def test_what_is_written_is_read(size: int, root: bytes) -> None:
    here = Checkpoint(origin="log.example/a b", size=size, root=root)
    assert Checkpoint.read(here.text()) == here
    assert Checkpoint.read(here.text() + "an extension\n") == here


@pytest.mark.parametrize(
    "text",
    [
        "", "\n3\nAAAA\n", "log\n", "log\n-1\nAAAA\n", "log\n03\nAAAA\n", "log\n3\n!\n", "log\n3\nAAAA\n",
        "log\n" + "9" * 20 + "\n" + "A" * 43 + "=\n",
    ],
)  # fmt: skip
def test_what_is_no_checkpoint(text: str) -> None:
    with pytest.raises(ValueError):
        Checkpoint.read(text)


def test_a_checkpoint_counts_with_the_logs_signature_and_name() -> None:
    note = sign(HERE.text(), "log.example", LOG)
    assert checked(note, key(), "log.example") == HERE
    with pytest.raises(ValueError, match="signature"):
        checked(sign(HERE.text(), "log.example", WITNESS), key(), "log.example")
    other = sign(Checkpoint(origin="other", size=1, root=b"r" * 32).text(), "log.example", LOG)
    with pytest.raises(ValueError, match="another log"):
        checked(other, key(), "log.example")


def test_a_witness_signs_with_its_time() -> None:
    note = sign(HERE.text(), "log.example", LOG)
    twice = note.with_signatures(cosign(note.text, "witness.example", WITNESS, when) for when in (70, 60))
    again = parse(str(twice))
    assert witness().seconds(again) == 70
    assert again.signed_by(witness())
    assert again.signed_by(key())


def test_a_witness_of_another_name_time_or_text_has_not_signed() -> None:
    note = sign(HERE.text(), "log.example", LOG)
    signature = cosign(note.text, "witness.example", WITNESS, 60)
    late = Signature(name=signature.name, number=signature.number, value=b"\1" + signature.value[1:])
    assert witness().seconds(note) is None
    assert witness("other.example").seconds(note.with_signatures([signature])) is None
    assert witness().seconds(note.with_signatures([late])) is None
    assert witness().seconds(Note(text="other\n", signatures=(signature,))) is None


@pytest.mark.parametrize("seconds", [253_402_300_800, 2**63, 2**64 - 1])
def test_a_time_that_no_calendar_has_is_no_signature(seconds: int) -> None:
    note = sign(HERE.text(), "log.example", LOG)
    signed = note.with_signatures([cosign(note.text, "witness.example", WITNESS, seconds)])
    assert witness().seconds(signed) is None
    assert not signed.signed_by(witness())


def test_a_witness_key_is_read_as_it_is_given_to_others() -> None:
    assert WitnessKey.read(str(witness())) == witness()
    for other in (str(key()), "witness.example", str(witness()).replace("witness", "another")):
        with pytest.raises(ValueError):
            WitnessKey.read(other)
