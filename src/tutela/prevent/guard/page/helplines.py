"""Where somebody finds help, as the page shows it: crisis first, then who listens to the person. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from tutela.kernel.help import Contact, Kind, contacts, help_for

#: What is shown, in this order; nobody here looks for a missing child or wants own pictures taken down.
KINDS: tuple[Kind, ...] = ("emergency", "worried", "police", "at_risk", "children", "report")
#: What the card after a block shows.
AT_ONCE: tuple[Kind, ...] = ("emergency", "worried")


def groups(
    country: str, region: str = "", kinds: Sequence[Kind] = KINDS
) -> tuple[tuple[Kind, tuple[Contact, ...]], ...]:
    """Each kind that has somebody there, with its contacts."""
    found = {kind: help_for(country, region=region, kinds=(kind,)) for kind in kinds}
    return tuple((kind, those) for kind, those in found.items() if those)


def regions(country: str) -> tuple[str, ...]:
    """The parts of a country (ISO 3166-2) that have contacts of their own."""
    return tuple(sorted({one.region for one in contacts() if one.region and country in one.places}))
