"""Whom a device trusts: publishers and approvers by key, and the number below which a list is an old one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tutela.detect.matching.bundles.content import NUMBER_MAX, parse_party, render_party
from tutela.detect.matching.bundles.fields import Fields, canonical, parse_canonical
from tutela.detect.matching.bundles.parties import Party

#: Most parties of each role (our own).
PARTIES_MAX = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Trust:
    """``number_min`` is the number of the latest list that was in use; 0 where none was."""

    publishers: tuple[Party, ...]
    approvers: tuple[Party, ...]
    number_min: int = 0

    def at_least(self, number: int) -> Trust:
        """The same, where no list below ``number`` is opened again."""
        return replace(self, number_min=max(number, self.number_min))


def render_trust(trust: Trust) -> bytes:
    """Canonical JSON of it; ``parse_trust`` is the inverse."""
    return canonical(
        {
            "publishers": [render_party(one) for one in trust.publishers],
            "approvers": [render_party(one) for one in trust.approvers],
            "number_min": trust.number_min,
        }
    )


def parse_trust(untrusted_text: bytes) -> Trust:
    """The trust of a canonical text. Raises ValueError."""
    fields = parse_canonical(untrusted_text)
    trust = Trust(
        publishers=_parties(fields, "publishers"),
        approvers=_parties(fields, "approvers"),
        number_min=fields.number("number_min", 0, NUMBER_MAX),
    )
    fields.finish()
    return trust


def _parties(fields: Fields, name: str) -> tuple[Party, ...]:
    parties = []
    for row in fields.rows(name, PARTIES_MAX):
        one = Fields(row, "a party")
        parties.append(parse_party(one))
        one.finish()
    return tuple(parties)
