from __future__ import annotations

from tutela.hotline.ledger.acts import sentence_of
from tutela.hotline.people.acts import ACTS, FACTORS
from tutela.hotline.people.roles import ROLES
from tutela.kernel.log import is_declared


def test_what_is_done_to_people_may_be_recorded() -> None:
    assert all(sentence_of(act) == sentence for act, sentence in ACTS.items())
    assert all(is_declared(word) for word in (*ROLES, *FACTORS))
