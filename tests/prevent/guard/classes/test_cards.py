"""A card counts only when somebody answers for it, and says everything or nothing."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.prevent.guard.classes.making import card, card_text
from tutela.kernel.custody.note_keys import SigningKey
from tutela.kernel.custody.notes import Note
from tutela.kernel.errors import Invalid, Refused
from tutela.kernel.signing import documents
from tutela.prevent.guard.classes.cards import MEASURED, parse_card, read_card

TEXT = card_text()
PIN = hashlib.sha256(TEXT.encode()).hexdigest()
KEY, OTHER = SigningKey.new("clinic.example"), SigningKey.new("stranger.example")


def signed(key: SigningKey, text: str = TEXT) -> str:
    return str(documents.sign(Note(text=text, signatures=()), key))


def test_a_pinned_or_signed_card_is_read() -> None:
    read = read_card(TEXT, pinned_sha256=PIN.upper())
    assert read == read_card(signed(KEY), keys=[OTHER.note_key, KEY.note_key])
    assert (read.name, read.input.layout, read.input.side_pixels, read.index) == ("stand-in", "nchw", 224, 0)
    assert read.threshold == 0.25
    assert set(read.measured) == set(MEASURED)
    assert read.measured["recall"].when == datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "keys", "pin"),
    [
        (TEXT, (), ""),
        (TEXT, (KEY,), ""),
        (signed(OTHER), (KEY,), ""),
        (signed(KEY).replace("0.25", "0.95"), (KEY,), ""),
        (TEXT.replace("0.25", "0.95"), (), PIN),
        (TEXT, (), PIN[:-1]),
    ],
    ids=["nobody", "unsigned", "stranger", "altered", "altered pin", "short pin"],
)
def test_a_card_that_nobody_answers_for_is_refused(text: str, keys: tuple[SigningKey, ...], pin: str) -> None:
    with pytest.raises(Refused):
        read_card(text, keys=[key.note_key for key in keys], pinned_sha256=pin)


WRONG = {
    "schema": '"tutela-guard-card/2"',
    "name": '"Stand In"',
    "languages": '"en"',
    "file": '"../stand-in.onnx"',
    "bytes": "0",
    "sha256": '"69f7"',
    "layout": '"chw"',
    "colours": '"grey"',
    "side": "8",
    "crop": "225",
    "jpeg_quality": "101",
    "mean": "[0, 0]",
    "divisor": "[1, 1, 0]",
    "index": "-1",
    "threshold": "0",
    "when": '"yesterday"',
}


@pytest.mark.parametrize("key", WRONG)
def test_a_wrong_value_is_an_error_that_names_its_key(key: str) -> None:
    with pytest.raises(ValueError, match=key if key != "schema" else "version"):
        parse_card(card_text(**{key: WRONG[key]}))


@pytest.mark.parametrize("key", [line.split(" = ")[0] for line in TEXT.splitlines() if " = " in line])
def test_every_key_is_needed(key: str) -> None:
    kept = [line for line in TEXT.splitlines() if not line.startswith(f"{key} = ")]
    with pytest.raises(ValueError, match=key):
        parse_card("\n".join(kept))


def test_a_key_that_nobody_knows_is_an_error() -> None:
    for place in ("licence =", "[weights]", "[input]", "[output]", "[measured.recall]"):
        at = TEXT.index(place)
        end = TEXT.index("\n", at) + 1
        with pytest.raises(ValueError, match="more"):
            parse_card(TEXT[:end] + "more = 1\n" + TEXT[end:])


def test_a_pinned_card_that_says_nonsense_is_invalid() -> None:
    text = card_text(threshold="2")
    with pytest.raises(Invalid, match="threshold"):
        read_card(text, pinned_sha256=hashlib.sha256(text.encode()).hexdigest())


def test_weights_inside_a_package_name_it() -> None:
    text = card_text().replace("[weights]\n", '[weights]\npackage = "a-package"\npackage_version = "1"\n')
    assert parse_card(text).weights.package == "a-package"
    assert card().weights.package == ""


@given(st.text(max_size=200))
def test_any_text_is_read_or_an_error(untrusted: str) -> None:
    for text in (untrusted, TEXT + untrusted):
        try:
            parse_card(text)
        except ValueError:
            continue


@given(st.text(max_size=200))
def test_any_text_without_a_signature_is_refused_or_invalid(untrusted: str) -> None:
    with pytest.raises((Refused, Invalid)):
        read_card(untrusted, keys=[KEY.note_key], pinned_sha256=PIN)
