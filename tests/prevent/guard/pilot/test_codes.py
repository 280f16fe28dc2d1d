from __future__ import annotations

import pytest

from tests.prevent.guard.pilot.making import bits
from tutela.kernel.errors import Invalid
from tutela.prevent.guard.pilot.codes import (
    Code,
    admitted,
    check_fingerprint,
    fingerprint,
    new_code,
    read_code,
)


def test_a_code_is_read_as_it_is_printed_and_shows_itself_nowhere_else() -> None:
    code = new_code("example", bits().getrandbits)
    assert read_code(code.text, "example") == code
    assert str(code.value) not in repr(code) and code.text not in repr(code)
    with pytest.raises(Invalid) as told:
        read_code(code.text[:-1] + ("0" if code.text[-1] != "0" else "1"), "example")
    assert told.value.field == "code"


def test_what_follows_from_a_code_differs_by_purpose_and_study_and_tells_nothing_of_it() -> None:
    code, other = Code(value=5, study="example"), Code(value=5, study="another")
    made = [code.person, code.token.hex(), code.key.hex(), admitted(code.token)]
    made += [other.person, other.token.hex(), other.key.hex(), admitted(other.token)]
    assert len({one[:16] for one in made}) == 8
    assert len(code.person) == 16 and len(code.token) == len(code.key) == 32
    assert Code(value=6, study="example").person != code.person
    assert code.person == Code(value=5, study="example").person


def test_a_card_names_one_clinic() -> None:
    card = fingerprint(b"k" * 32)
    check_fingerprint(card.lower(), b"k" * 32)
    with pytest.raises(Invalid, match="not signed by the clinic"):
        check_fingerprint(card, b"l" * 32)
    with pytest.raises(Invalid):
        check_fingerprint("0000", b"k" * 32)
