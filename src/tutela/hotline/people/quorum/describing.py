"""A need in words for people: for commands and pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from tutela.hotline.people.quorum.needs import Look, Need

_LOOKS: Mapping[Look, str] = {"protected": "a protected look or a full one", "full": "a full look"}


def describe_need(need: Need) -> str:
    """The need as one line, such as ``2 people; 2 after a full look``."""
    return "; ".join(_parts(need))


def _parts(need: Need) -> Iterator[str]:
    if need.off:
        yield "not done here"
        return
    yield "nobody further" if not need.votes else f"{need.votes} {'person' if need.votes == 1 else 'people'}"
    if need.looks:
        yield f"{need.looks} after {_LOOKS[need.least_look]}"
    if need.approvals:
        yield f"{need.approvals} of them approving"
    if need.organisations:
        yield f"of {need.organisations} organisations"
    if need.jurisdictions:
        yield f"in {need.jurisdictions} jurisdictions, none of them the publisher"
    if need.authority:
        yield "one of the police or a court, the law cited"
    if need.second_look_within:
        yield f"a second look within {need.second_look_within // timedelta(hours=1)} hours"
