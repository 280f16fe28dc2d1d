from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.custody.note_keys import SigningKey
from tutela.kernel.custody.notes import sign
from tutela.kernel.custody.witness_requests import (
    PROOF_MAX,
    WitnessRequest,
    parse_answer,
    render_answer,
)

hashes = st.lists(st.binary(min_size=32, max_size=32), max_size=PROOF_MAX).map(tuple)
NOTE = str(sign("log.test\n0\n\n\nmore\n", "log.test", SigningKey.new("log.test").private))


@given(old=st.integers(0, 10**18), proof=hashes, note=st.sampled_from([NOTE, "any\n\ntext", ""]))
def test_a_request_is_read_as_it_was_sent(old: int, proof: tuple[bytes, ...], note: str) -> None:
    request = WitnessRequest(old_size=old, proof=proof, note=note)
    assert WitnessRequest.read(request.text()) == request


@given(text=st.text() | st.text(alphabet="old 10\nAA=="))
def test_other_text_is_refused_or_reads_the_same(text: str) -> None:
    try:
        request = WitnessRequest.read(text)
    except ValueError:
        return
    assert request.text() == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "old 1\n",
        "old 01\n\nnote",
        "old -1\n\nnote",
        "new 1\n\nnote",
        "old 1\nAAAA\n\nnote",
        "old 1\n!\n\nnote",
        "old 1\n" + "A" * 43 + "B\n\nnote",
        "old 1" + ("\n" + "A" * 43 + "=") * 64 + "\n\nnote",
        "old 1\n\n" + "x" * 70_000,
    ],
)
def test_what_is_no_request_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        WitnessRequest.read(text)


def test_an_answer_is_lines_of_signatures() -> None:
    signatures = sign("a\n", "w.test", SigningKey.new("w.test").private).signatures
    assert parse_answer(render_answer(signatures * 2)) == signatures * 2
    with pytest.raises(ValueError):
        parse_answer("thanks\n")
