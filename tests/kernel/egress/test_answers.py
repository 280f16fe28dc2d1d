from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.egress.answers import STAGES, Answer, Result, Stage, classified
from tutela.kernel.log import is_declared


@pytest.mark.parametrize(
    ("stage", "code", "result"),
    [
        ("end", 250, "accepted"), ("end", 451, "temporary"), ("end", 421, "temporary"),
        ("end", 554, "permanent"),
        ("end", -1, "unknown"), ("end", 354, "unknown"), ("end", 999, "unknown"), ("end", 25, "unknown"),
        ("recipient", 450, "temporary"), ("recipient", 550, "permanent"), ("recipient", 354, "temporary"),
        ("content", 554, "permanent"), ("content", 250, "temporary"), ("sender", 550, "temporary"),
        ("greeting", 554, "temporary"), ("login", 535, "temporary"), ("encryption", 250, "temporary"),
    ],
)  # fmt: skip
def test_a_reply_means_one_of_four_things(stage: Stage, code: int, result: Result) -> None:
    assert classified(stage, code).result == result


@given(st.sampled_from(STAGES), st.integers())
def test_only_what_was_said_to_the_last_dot_can_be_accepted_or_unknown(stage: Stage, code: int) -> None:
    answer = classified(stage, code)
    assert stage == "end" or answer.result in {"temporary", "permanent"}
    assert answer.code == 0 or 200 <= answer.code < 600
    assert is_declared(answer.result) and is_declared(answer.stage)


@pytest.mark.parametrize("stage", STAGES)
def test_what_is_about_the_server_stops_the_others_too(stage: Stage) -> None:
    expected = stage not in {"recipient", "content", "end"}
    assert Answer(result="temporary", stage=stage).about_server is expected
    assert not Answer(result="permanent", stage=stage).about_server
