"""Who may do what: roles, the acts of the staff's side, and which roles exclude each other. Data only.

Least privilege: an act names the roles that need it for their work, and nobody else may. A new page's act is
added here, in the commit that adds the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

INTAKE_OFFICER: Final = "intake_officer"
ANALYST: Final = "analyst"
SENIOR_ANALYST: Final = "senior_analyst"
TAKEDOWN_OFFICER: Final = "takedown_officer"
LIST_APPROVER: Final = "list_approver"
ADMINISTRATOR: Final = "administrator"
AUDITOR: Final = "auditor"

#: role -> its name as people read it.
ROLES: Mapping[str, Promise] = {
    INTAKE_OFFICER: _("intake officer"),
    ANALYST: _("analyst"),
    SENIOR_ANALYST: _("senior analyst"),
    TAKEDOWN_OFFICER: _("takedown officer"),
    LIST_APPROVER: _("list approver"),
    ADMINISTRATOR: _("administrator"),
    AUDITOR: _("auditor"),
}
EVERYBODY: Final = frozenset(ROLES)
#: Roles in which people propose, assess or approve: who holds one has to be vouched for (people.vouching).
VOTING: Final = frozenset({ANALYST, SENIOR_ANALYST, TAKEDOWN_OFFICER, LIST_APPROVER})

#: Pairs that one person may not hold together, each with the reason.
EXCLUSIONS: Mapping[frozenset[str], Promise] = {
    **{
        frozenset({AUDITOR, role}): _("who audits the work may not do it")
        for role in sorted(EVERYBODY - {AUDITOR})
    },
    frozenset({ADMINISTRATOR, LIST_APPROVER}): _("who makes accounts may not approve what accounts propose"),
    frozenset({ANALYST, SENIOR_ANALYST}): _("a senior analyst may do all that an analyst may"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """Something the staff can do. ``step_up``: asks for a sign-in of the last minutes first."""

    says: Promise
    roles: frozenset[str]
    step_up: bool = False
    #: May be done before a passkey or an authenticator app is set up, in order to set one up.
    before_factor: bool = False


def _act(says: Promise, *roles: str, step_up: bool = False) -> Act:
    return Act(says=says, roles=frozenset(roles), step_up=step_up)


#: act -> what it is and who may.
ACTS: Mapping[str, Act] = {
    # one's own things
    "see_desk": Act(says=_("see the first page"), roles=EVERYBODY),
    "keep_own_account": Act(says=_("see and change one's own sign-in"), roles=EVERYBODY),
    "set_up_factor": Act(says=_("set up one's own sign-in"), roles=EVERYBODY, before_factor=True),
    "see_mandate": Act(says=_("see what this house may do"), roles=EVERYBODY),
    "see_vouching": Act(says=_("see who is vouched for"), roles=EVERYBODY),
    "vouch": Act(says=_("vouch for a colleague"), roles=EVERYBODY - {AUDITOR}, step_up=True),
    # people
    "see_people": _act(_("see who works here"), ADMINISTRATOR, AUDITOR),
    "invite_person": _act(_("invite somebody"), ADMINISTRATOR, step_up=True),
    "change_roles": _act(_("change somebody's roles"), ADMINISTRATOR, step_up=True),
    "end_account": _act(_("end somebody's account"), ADMINISTRATOR, step_up=True),
    "reset_sign_in": _act(_("start somebody's sign-in afresh"), ADMINISTRATOR, step_up=True),
    # work and ledger
    "see_work": _act(_("see the jobs"), ADMINISTRATOR, AUDITOR, SENIOR_ANALYST, TAKEDOWN_OFFICER),
    "steer_work": _act(_("retry or park a job"), ADMINISTRATOR, SENIOR_ANALYST),
    "see_ledger": _act(_("read the ledger"), ADMINISTRATOR, AUDITOR),
    # reports, items, notices
    "see_reports": _act(_("see reports"), INTAKE_OFFICER, ANALYST, SENIOR_ANALYST),
    "handle_report": _act(_("handle a report"), INTAKE_OFFICER, SENIOR_ANALYST),
    "see_items": _act(_("see items"), ANALYST, SENIOR_ANALYST, TAKEDOWN_OFFICER, LIST_APPROVER),
    "assess_item": _act(_("assess an item"), ANALYST, SENIOR_ANALYST),
    "close_item": _act(_("close an item"), SENIOR_ANALYST),
    "open_evidence": _act(_("open sealed evidence"), ANALYST, SENIOR_ANALYST, step_up=True),
    "see_notices": _act(_("see notices"), TAKEDOWN_OFFICER, SENIOR_ANALYST, AUDITOR),
    "send_notice": _act(_("send a notice"), TAKEDOWN_OFFICER, SENIOR_ANALYST),
    "resolve_notice": _act(_("settle a notice in doubt"), TAKEDOWN_OFFICER, SENIOR_ANALYST),
    "change_recipients": _act(_("change recipients"), TAKEDOWN_OFFICER),
    # partners
    "see_referrals": _act(_("see what was handed over"), TAKEDOWN_OFFICER, SENIOR_ANALYST, AUDITOR),
    "send_referral": _act(_("hand a case over"), TAKEDOWN_OFFICER, SENIOR_ANALYST),
    "change_partners": _act(_("change partners"), TAKEDOWN_OFFICER, SENIOR_ANALYST, step_up=True),
    # figures
    "see_statistics": _act(
        _("see the figures"), ADMINISTRATOR, AUDITOR, SENIOR_ANALYST, TAKEDOWN_OFFICER, INTAKE_OFFICER
    ),
}


def exclusion(roles: frozenset[str]) -> Promise | None:
    """Why nobody may hold these roles together, or None where one person may."""
    return next((why for pair, why in EXCLUSIONS.items() if pair <= roles), None)
