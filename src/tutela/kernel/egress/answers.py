"""What became of one try to hand a message over: four words, and where it ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from tutela.kernel.log import declare_words

#: accepted: the server has it. temporary: it certainly has it not, another try may help. permanent: it
#: certainly has it not and never will. unknown: it may have it (RFC 1047).
Result = Literal["accepted", "temporary", "permanent", "unknown"]
#: Where it ended; ``preparing`` is on our side. Up to ``sender`` it concerns every message, from
#: ``recipient`` on this one.
Stage = Literal[
    "preparing", "connection", "greeting", "encryption", "login", "sender", "recipient", "content", "end"
]
RESULTS: tuple[Result, ...] = get_args(Result)
STAGES: tuple[Stage, ...] = get_args(Stage)

declare_words("accepted", "temporary", "permanent", "unknown")
declare_words(
    "preparing", "connection", "greeting", "encryption", "login", "sender", "recipient", "content", "end"
)

#: Stages at which the mail server itself, or our side, is the trouble.
SERVER_STAGES: frozenset[Stage] = frozenset(
    {"preparing", "connection", "greeting", "encryption", "login", "sender"}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One try: result, stage, and the server's reply code, 0 where none came."""

    result: Result
    stage: Stage
    code: int = 0

    @property
    def about_server(self) -> bool:
        """True when the next message would fare no better."""
        return self.result == "temporary" and self.stage in SERVER_STAGES


def classified(stage: Stage, untrusted_code: int) -> Answer:
    """What a reply code means at a stage (RFC 5321 section 4.2.1).

    A refusal before the recipient was named says nothing about the message and may end; a reply that is no
    reply (code 0 from here on) leaves the message behind the last dot in doubt.
    """
    code = untrusted_code if 200 <= untrusted_code < 600 else 0
    kind = code // 100
    if kind == 4 or (kind == 5 and stage in SERVER_STAGES):
        return Answer(result="temporary", stage=stage, code=code)
    if kind == 5:
        return Answer(result="permanent", stage=stage, code=code)
    if stage == "end":
        return Answer(result="accepted" if kind == 2 else "unknown", stage=stage, code=code)
    return Answer(result="temporary", stage=stage, code=0)
