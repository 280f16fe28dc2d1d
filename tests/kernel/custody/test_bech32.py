from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.custody import bech32

#: From the C2SP and age documents: a key of zeros, and BIP 173's valid strings without data.
VALID = {
    "A12UEL5L": "a",
    "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs": "",
}


@given(st.binary(max_size=80))
def test_bytes_come_back(value: bytes) -> None:
    text = bech32.render("age-secret-key-", value)
    assert bech32.parse("age-secret-key-", text) == bech32.parse("age-secret-key-", text.upper()) == value


@pytest.mark.parametrize("text", VALID)
def test_the_standards_own_examples_are_read(text: str) -> None:
    assert bech32.parse(text.lower().rpartition("1")[0], text) == b""


@given(st.binary(min_size=1, max_size=40), st.data())
def test_one_wrong_letter_is_noticed(value: bytes, data: st.DataObject) -> None:
    text = bech32.render("k", value)
    place = data.draw(st.integers(2, len(text) - 1))
    other = data.draw(st.sampled_from(sorted(set(bech32.CHARACTERS) - {text[place]})))
    with pytest.raises(ValueError, match="checksum"):
        bech32.parse("k", text[:place] + other + text[place + 1 :])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("K1" + bech32.render("k", b"abc")[2:], "mixed"),
        (bech32.render("other", b"abc"), "begins with k1"),
        ("k1qqq", "begins with k1"),
        ("k1" + "b" * 20, "begins with k1"),
        ("", "begins with k1"),
    ],
)
def test_what_is_none_is_refused_without_being_quoted(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as refusal:
        bech32.parse("k", text)
    assert not text or text not in str(refusal.value)


def test_bits_to_spare_must_be_zero() -> None:
    numbers = [31, 31]  # ten bits for one byte: two to spare, both set
    sum_of = bech32._checksum([*bech32._spread("k"), *numbers, *[0] * 6]) ^ 1
    check = [(sum_of >> (5 * place)) & 31 for place in reversed(range(6))]
    text = "k1" + "".join(bech32.CHARACTERS[number] for number in numbers + check)
    with pytest.raises(ValueError, match="to spare"):
        bech32.parse("k", text)
