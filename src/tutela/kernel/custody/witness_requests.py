"""What a log asks a witness, and what it answers, as text (C2SP tlog-witness, "add-checkpoint").

The text goes by file, mail or HTTP: it holds sizes, hashes and signatures, nothing of what was done.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass

from tutela.kernel.custody.merkle import HASH_BYTES
from tutela.kernel.custody.notes import NOTE_BYTES_MAX, Signature, exact, parse

#: Most hashes in a proof (C2SP tlog-witness): more than a tree of 2**62 leaves needs.
PROOF_MAX = 63
#: Characters of the largest request: the note, and 63 lines of 45.
REQUEST_LENGTH_MAX = NOTE_BYTES_MAX + 4_096
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, kw_only=True, slots=True)
class WitnessRequest:
    """Please sign ``note``; you last signed ``old_size`` leaves, and ``proof`` leads from there."""

    old_size: int
    proof: tuple[bytes, ...]
    note: str

    def text(self) -> str:
        """As it is sent."""
        lines = [f"old {self.old_size}", *(base64.b64encode(one).decode("ascii") for one in self.proof)]
        return "\n".join(lines) + "\n\n" + self.note

    @classmethod
    def read(cls, untrusted_text: str) -> WitnessRequest:
        """The request, its note unchecked. Raises ValueError for anything else."""
        if len(untrusted_text) > REQUEST_LENGTH_MAX:
            raise ValueError(f"a request to a witness has at most {REQUEST_LENGTH_MAX} characters")
        head, blank, note = untrusted_text.partition("\n\n")
        first, *lines = head.split("\n")
        old = _OLD.fullmatch(first)
        if not blank or old is None:
            raise ValueError("a request to a witness begins with a line old, a space and a size")
        proof = tuple(exact(line) for line in lines)
        if len(proof) > PROOF_MAX or any(len(one) != HASH_BYTES for one in proof):
            raise ValueError(f"a proof is at most {PROOF_MAX} hashes of {HASH_BYTES} bytes")
        return cls(old_size=int(old[1]), proof=proof, note=note)


def render_answer(signatures: Iterable[Signature]) -> str:
    """What a witness answers: a line for each signature."""
    return "".join(one.line() for one in signatures)


def parse_answer(untrusted_text: str) -> tuple[Signature, ...]:
    """The signatures of an answer, unchecked. Raises ValueError for anything else."""
    return parse("answer\n\n" + untrusted_text).signatures
