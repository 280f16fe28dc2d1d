from __future__ import annotations

from typing import get_args

from tutela.hotline.cases import acts
from tutela.hotline.cases.states import CLOSING_REASONS, HOLDING_REASONS, STATES
from tutela.hotline.ledger.acts import declared_acts
from tutela.kernel.log import is_declared
from tutela.kernel.opener.orders import Purpose
from tutela.kernel.taxonomy.classes import legal_classes


def test_what_is_done_to_items_may_stand_in_the_ledger() -> None:
    acts.declare()
    assert set(acts.ACTS) <= {one.word for one in declared_acts()}


def test_every_word_of_an_entry_is_declared() -> None:
    acts.declare()
    words = {
        *STATES,
        *CLOSING_REASONS,
        *HOLDING_REASONS,
        *acts.KINDS,
        *acts.SOURCES,
        *acts.HOWS,
        *acts.REASONS,
    }
    words |= {one.name for one in legal_classes()} | set(get_args(Purpose))
    assert not [word for word in words if not is_declared(word)]
