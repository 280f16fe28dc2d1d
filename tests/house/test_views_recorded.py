"""Every page leaves a trace or shows nothing that needs one (threat model ST-18): reflection over all routes.

A new page belongs into one of these tables: what its form does, as the ledger calls it, or why looking at it
is no act. Addresses and evidence are on no page: the opener gives them, and writes it down first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.urls import URLResolver, get_resolver

from tests.house.reading import ROOT
from tools.acts_page import acts_page
from tutela.hotline.ledger.acts import declared_acts
from tutela.hotline.routes import Route, declared

HOTLINE = ROOT / "src" / "tutela" / "hotline"
TREES = ("tutela.web.urls.desk", "tutela.web.urls.public")
#: What sending a page's form is (``for_act(..., write=)``) -> what the ledger calls it.
WRITES: dict[str, set[str]] = {
    "invite_person": {"person_invited"},
    "change_roles": {"roles_changed"},
    "end_account": {"account_ended"},
    "reset_sign_in": {"sign_in_reset"},
    "vouch": {"account_vouched_for"},
    "keep_own_account": {"factor_added", "factor_removed", "password_changed"},
    "set_up_factor": {"factor_added"},
    "steer_work": {"job_parked", "job_retried"},
    "close_item": {"item_moved"},
    "assess_item": {
        "item_handed_out",
        "item_given_back",
        "item_shown",
        "assessment_recorded",
        "second_look_recorded",
    },
    "resolve_notice": {"notice_resolved", "notice_withdrawn", "address_opened"},
    "send_notice": {
        "form_filled",
        "hand_over_done",
        "hand_over_not_needed",
        "order_handed_on",
        "address_opened",
    },
    "change_recipients": {"recipient_named", "contact_approved", "contact_refused"},
    "send_referral": {"referral_queued", "referral_retried", "referral_answered"},
    "change_partners": {"partner_named", "partner_confirmed"},
}
#: What looking at a page is (``for_act(read)``) -> why that is no entry.
READS = {
    "see_desk": "names of pages",
    "see_people": "accounts and roles, no case",
    "see_mandate": "the house's own rules",
    "see_vouching": "names of colleagues and roles",
    "see_work": "kinds and ids of jobs",
    "see_items": "ids, states, classes, counts and what partners answered; no address and no picture",
    "see_reports": "ids, channels and times; what reporters wrote is sealed",
    "see_statistics": "counts; no id, and of reports and places no small one",
    "see_notices": "ids, recipients and states; no address",
    "see_referrals": "ids, partners, states and outcomes; what was handed over is sealed",
    **dict.fromkeys(WRITES, "the empty form"),
}
#: Pages without an account -> the acts of their forms; none: why.
OPEN: dict[str, set[str] | str] = {
    "people.own_views.join": {"person_joined", "sign_in_taken_up"},
    "people.single_sign_on.sign_on": "the way out to the house's sign-on",
    "people.single_sign_on.sign_on_callback": {"person_joined", "sign_on_linked"},
    "intake.views.first_page": "a text",
    "intake.views.report": {"report_received"},
    "intake.api_views.reports": {"report_received"},
    "intake.api_views.self_reports": {"self_report_opened"},
    "intake.api_views.self_report": {"report_received"},
    "intake.views.me": {"report_received"},
    "intake.views.threat": {"report_received"},
    "intake.views.something_else": "a text",
    "intake.views.help_page": "a text",
    "intake.own_pages.privacy": "a text",
    "intake.own_pages.imprint": "a text",
    "intake.views.button": "a text",
    "intake.views.leave": "the way out",
    "intake.receipt_views.receipt": {"report_received"},
    "partners.public_views.answer": {"referral_answered"},
    "takedown.public_views.verify": "that a notice is ours, to whom holds its token",
}
#: Pages of libraries and of no app -> why they need no entry of their own.
OTHERS = {
    "allauth": "signing in and out; factors are recorded by people.watching when they change",
    "django": "the language of the pages",
    "tutela.web": "styles and scripts, and what browsers complain of",
}

#: Acts that are declared and that nothing records yet; the list only shrinks.
NOT_YET: dict[str, str] = {}


def views() -> Iterator[tuple[str, Route | None]]:
    """(name, declaration) of every page of both trees."""
    for tree in TREES:
        yield from _below(get_resolver(tree))


def _below(resolver: URLResolver) -> Iterator[tuple[str, Route | None]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _below(pattern)
        else:
            view = getattr(pattern.callback, "view_class", pattern.callback)
            yield f"{view.__module__}.{view.__qualname__}", declared(pattern.callback)


VIEWS = sorted(dict(views()).items())


@pytest.mark.parametrize(("name", "route"), VIEWS, ids=[name for name, _ in VIEWS])
def test_a_page_is_recorded_or_shows_nothing(name: str, route: Route | None) -> None:
    if not name.startswith("tutela.hotline."):
        assert any(name.startswith(f"{other}.") for other in OTHERS), f"who records what {name} does?"
    elif route is not None and not route.open_because:
        assert route.read in READS, f"what does the page for {route.read} show?"
        assert route.write in {"", *WRITES}, f"which entry does sending {route.write} leave?"
    else:
        assert name.removeprefix("tutela.hotline.") in OPEN, f"what does {name} leave in the ledger?"


def test_the_tables_name_no_page_that_is_gone() -> None:
    routes = [route for _, route in VIEWS if route is not None]
    assert set(READS) - {"set_up_factor"} <= {route.read for route in routes} | {
        route.write for route in routes
    }
    assert {f"tutela.hotline.{name}" for name in OPEN} <= {name for name, _ in VIEWS}


def test_every_act_of_the_tables_is_declared() -> None:
    acts_page()  # all apps declare
    named = set().union(*WRITES.values(), *(acts for acts in OPEN.values() if isinstance(acts, set)))
    assert named <= {one.word for one in declared_acts()}


def test_every_declared_act_is_recorded_somewhere() -> None:
    """An act that nobody records is a promise that nobody keeps."""
    acts_page()
    text = "\n".join(path.read_text(encoding="utf-8") for path in HOTLINE.rglob("*.py"))
    said = set(re.findall(r'"([a-z_]+)"(?!:)', text))  # a key of a table is the declaration itself
    ours = {one.word for one in declared_acts() if one.module.startswith("tutela.")}
    assert sorted(ours - said) == sorted(NOT_YET), "record it, or take it off the list"
