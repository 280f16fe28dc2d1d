"""The page that says what this house may do, what it refuses and why, and how many people things need."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tutela.hotline.people.configuration import InForce, configuration_in_force
from tutela.hotline.people.mandate.acts import ACTS, GRANTS
from tutela.hotline.people.quorum.consequences import CONSEQUENCES
from tutela.hotline.people.quorum.describing import describe_need
from tutela.hotline.routes import for_act
from tutela.kernel.errors import Refused


@for_act("see_mandate")
def mandate(request: HttpRequest) -> HttpResponse:
    """Mandate and quorum in force; where none is, the reason."""
    try:
        shown = _shown(configuration_in_force())
    except Refused as refusal:
        shown = {"refused": refusal.public_message()}
    return render(request, "people/mandate.html", shown)


def _shown(found: InForce) -> dict[str, Any]:
    granted = found.mandate.granted
    lacking = {name: [one for one in act.needs if one not in granted] for name, act in ACTS.items()}
    unreachable = set(found.unreachable())
    return {
        "mandate": found.mandate,
        "grants": [(grant, words, granted.get(grant)) for grant, words in GRANTS.items()],
        "refusals": [(ACTS[name].sentence, ", ".join(some)) for name, some in lacking.items() if some],
        "acts": len(ACTS),
        "needs": [
            (one.sentence, describe_need(found.quorum.needs(name)), name in unreachable)
            for name, one in CONSEQUENCES.items()
        ],
        "quorum": found.quorum,
        "digests": found.digests,
        "lines": found.lines,
    }
