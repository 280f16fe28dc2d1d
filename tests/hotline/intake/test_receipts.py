from __future__ import annotations

import pytest

from tutela.hotline.intake.receipts import build_receipt, digest_of, receipt_for
from tutela.kernel.ids import new_id


def test_what_was_written_down_in_another_way_is_found_again() -> None:
    receipt = build_receipt()
    assert digest_of(receipt.words.upper().replace(" ", ", ")) == receipt.digest
    assert digest_of(" ".join(reversed(receipt.words.split()))) != receipt.digest


def test_a_receipt_shows_nothing_by_accident() -> None:
    receipt = build_receipt()
    assert receipt.words.split()[0] not in repr(receipt) and receipt.digest not in repr(receipt)


def test_the_digest_is_the_one_of_earlier_releases() -> None:
    words = "abacus abdomen abdominal abide abiding ability ablaze"
    assert digest_of(words) == "8a1a8d01f6661af96cd321b56f1076586ef91a9b76d1e3ae0e08ad5f3087f631"


def test_a_flood_of_text_is_not_digested() -> None:
    with pytest.raises(ValueError, match="seven words"):
        digest_of("x" * 10_000)


def test_the_same_form_has_the_same_receipt_and_another_text_another() -> None:
    ticket = f"{new_id('tkt_')}.12.ab"
    first = receipt_for(ticket, b"one")
    assert receipt_for(ticket, b"one") == first and first.digest == digest_of(first.words)
    assert receipt_for(ticket, b"two") != first and receipt_for(f"{new_id('tkt_')}.12.ab", b"one") != first


def test_without_a_ticket_every_receipt_is_a_new_one() -> None:
    assert receipt_for("", b"one") != receipt_for("", b"one")
