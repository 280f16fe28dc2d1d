"""Everything that the assessment desk writes: handing out, showing, what people say, second looks."""

from __future__ import annotations

from tutela.hotline.review.actions.assessing import Judgement, assess, withdraw_assessment
from tutela.hotline.review.actions.claiming import Turn, claim_next, give_back
from tutela.hotline.review.actions.second_looks import record_second, show_second
from tutela.hotline.review.actions.showing import Shown, cover, show

__all__ = [
    "Judgement",
    "Shown",
    "Turn",
    "assess",
    "claim_next",
    "cover",
    "give_back",
    "record_second",
    "show",
    "show_second",
    "withdraw_assessment",
]
