from __future__ import annotations

from tutela.hotline.mailbox.models import Mail
from tutela.hotline.mailbox.words import claims_of


def test_claims_are_named_in_order_and_unknown_ones_left_out() -> None:
    assert [str(one) for one in claims_of(Mail(claims="automatic,else,removed"))] == [
        "written by a program",
        "says that it is removed",
    ]
    assert claims_of(Mail()) == []
