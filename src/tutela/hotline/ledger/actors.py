"""Who did something: a person by id, one of our processes, or somebody of the public, who has no name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tutela.kernel.ids import is_id

#: The processes of the process map (decisions.md section 4), and the shell in which an operator types.
PROCESSES = frozenset(
    {"public", "desk", "worker", "fetcher", "visitor", "media", "opener", "sender", "notary", "operator"}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """Kept by value in the ledger: an account that is deleted leaves it readable (style.md section 10).

    ``name`` is the id ``usr_...`` of a person, a word of the process map, or empty for the public.
    Raises ValueError for anything else.
    """

    kind: Literal["person", "process", "public"]
    name: str = ""

    def __post_init__(self) -> None:
        if not self._is_known():
            raise ValueError(
                "an actor is a person by id (usr_...), a process of the process map, or public without a name"
            )

    def _is_known(self) -> bool:
        right = {
            "person": is_id(self.name) and self.name.startswith("usr_"),
            "process": self.name in PROCESSES,
            "public": not self.name,
        }
        return right.get(self.kind, False)  # read from a leaf, the kind may be anything


#: Somebody of the public.
PUBLIC = Actor(kind="public")


def person(user: str) -> Actor:
    """The person with the account ``usr_...``. Raises ValueError for another id."""
    return Actor(kind="person", name=user)


def process(name: str) -> Actor:
    """One of our own processes, by its word. Raises ValueError for another word."""
    return Actor(kind="process", name=name)
