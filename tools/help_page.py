"""The page of all places of help, from the directory's data: what is shown where, and how sure it is."""

from __future__ import annotations

from collections.abc import Iterator

from tutela.kernel.help import Contact, contacts, countries, help_for
from tutela.kernel.help.contacts import EVERYWHERE

#: kind -> what somebody finds there, in this page's words.
KINDS = {
    "emergency": "Emergency",
    "police": "Police",
    "children": "Help for children",
    "missing": "Missing children",
    "at_risk": "A child at risk online",
    "removal": "Pictures of oneself taken down",
    "report": "Report point",
    "worried": "Worried about one's own thoughts",
}
#: note -> what it says.
NOTES = {
    "from_a_mobile": "from a mobile telephone",
    "in_parts": "only in parts of the country",
    "ask_if_it_works": "European number, not in service everywhere",
    "weekdays": "staffed on weekdays only",
    "no_complaint": "not a complaint to the police",
    "pictures_only": "only where pictures or films are concerned",
}
TEXT = """# Help by country

What the public's pages show beside every step, crisis first. It is data (`tutela.kernel.help`), and each fact
has a grade: **A** was read in INHOPE's member directory or on the body's own page, on the day that stands
beside it; **B** is named on a public page of the service or of a partner, and nobody has checked it for a
release yet. What is known from memory only is not here: a country without a report point of grade A or B is
sent to INHOPE's directory.

A hotline adds its own numbers to its own portal, and those come first:
[Take reports](../how-to/take-reports.md).
Where a row is wrong, say so in an issue, with the page on which the right one stands.
"""


def help_page() -> str:
    """Every contact by country, then those that are for everybody."""
    parts = [TEXT]
    for code, name in countries("en"):
        own = [one for one in help_for(code) if EVERYWHERE not in one.places]
        parts += [f"## {name} ({code})\n", *_table(own), ""]
    parts += ["## Everywhere\n", *_table([one for one in contacts() if EVERYWHERE in one.places])]
    return "\n".join(parts)


def _table(found: list[Contact]) -> Iterator[str]:
    yield "| for | who | how | grade | checked | source |"
    yield "|---|---|---|---|---|---|"
    for one in found:
        cells = (KINDS[one.kind], _who(one), _how(one), one.grade, str(one.checked_on or ""), one.source)
        yield f"| {' | '.join(cells)} |"


def _who(contact: Contact) -> str:
    return ", ".join(part for part in (contact.name, contact.region) if part)


def _how(contact: Contact) -> str:
    ways = [
        *contact.phones,
        f"<{contact.web}>" if contact.web else "",
        *(NOTES[one] for one in contact.notes),
    ]
    return "; ".join(way for way in ways if way)
