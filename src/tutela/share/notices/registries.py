"""Asking a registry: one URL, one bounded answer. The only way from this room to a network.

The hotline carries ``Registries`` out through its fetcher's process; ``fetched`` does it with a fetcher of
this process; ``MemoryRegistries`` answers from a table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from tutela.kernel.errors import Unavailable

#: What an RDAP question accepts (RFC 7480 section 4.2), and a question for a text (RFC 9116 section 3).
ACCEPT_RDAP, ACCEPT_TEXT = "application/rdap+json", "text/plain"
#: Bytes of an answer that are taken; the largest that we have seen of a registry has 60,000 (our own).
ANSWER_BYTES_MAX = 524_288
#: Questions that one server is asked a second, at most (standards 10c.1, politeness).
QUESTIONS_PER_SECOND = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came of one question. Nothing in it was checked.

    ``untrusted_final_url`` is where the answer came from after all redirects; ``retry_after_seconds`` is what
    the server asked for beside status 429 or 503.
    """

    status: int
    untrusted_body: bytes = field(repr=False)
    untrusted_final_url: str = field(repr=False)
    retry_after_seconds: float | None = None


class Registries(Protocol):
    """Whoever carries a question to a registry, through the guard of ``kernel.egress``."""

    def get(self, url: str, accept: str) -> Answer:
        """The answer to one GET, at most ``ANSWER_BYTES_MAX`` bytes of body, of whatever status.

        Raises Unavailable with ``retry_after_seconds`` where nobody answered, Refused where the guard does
        not let it through or the body is too large.
        """
        ...


class MemoryRegistries:
    """Registries that answer from a table, for tests and demonstrations. ``asked`` keeps the URLs.

    A value of the table is a body (status 200 from the same URL), an Answer, or an error to be raised. What
    is not in the table does not exist (404).
    """

    def __init__(self, table: Mapping[str, bytes | Answer | Exception] | None = None) -> None:
        self.table: dict[str, bytes | Answer | Exception] = dict(table or {})
        self.asked: list[str] = []
        self.down = False

    def get(self, url: str, accept: str) -> Answer:
        """What the table says. Raises what the table says, and Unavailable while ``down`` is set."""
        self.asked.append(url)
        if self.down:
            raise Unavailable("nobody answers at the address", retry_after_seconds=60.0)
        found = self.table.get(url)
        if isinstance(found, Exception):
            raise found
        if isinstance(found, Answer):
            return found
        status = 404 if found is None else 200
        return Answer(status=status, untrusted_body=found or b"", untrusted_final_url=url)
