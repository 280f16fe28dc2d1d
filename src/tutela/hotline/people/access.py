"""Who may: the one place that says yes or no, each time with the reason."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.http import HttpRequest
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from tutela.hotline.people.models import Person, RoleHeld
from tutela.hotline.people.roles import ACTS, ROLES
from tutela.kernel.errors import Refused


@dataclass(frozen=True, kw_only=True, slots=True)
class Permission:
    """Whether somebody may, and where not, why and whom to ask (a sentence in the reader's language)."""

    allowed: bool
    reason: str = ""


def check_may(person: Person | AnonymousUser, act: str) -> Permission:
    """Whether this person may do ``act``, a word of ``people.roles``.

    Raises LookupError for a word that is none: an act that nobody declared is a fault of the program.
    """
    if act not in ACTS:
        raise LookupError(f"no act of people.roles: {act}")
    if not person.is_active:
        return Permission(allowed=False, reason=_("Sign in first."))
    return judge(roles_of(person), act)


def judge(roles: frozenset[str], act: str) -> Permission:
    """Whether somebody with these roles may do ``act``. Pure."""
    wanted = ACTS[act].roles
    if roles & wanted:
        return Permission(allowed=True)
    return Permission(allowed=False, reason=_reason(roles, act))


def _reason(roles: frozenset[str], act: str) -> str:
    return _(
        "To %(act)s takes the role of %(wanted)s. You hold: %(held)s. An administrator can change that."
    ) % {
        "act": ACTS[act].says,
        "wanted": _names(ACTS[act].roles, _("or")),
        "held": _names(roles, _("and")) if roles else _("no role"),
    }


def _names(roles: frozenset[str], last_word: str) -> str:
    return get_text_list([str(name) for role, name in ROLES.items() if role in roles], last_word)


def roles_of(person: Person | AnonymousUser) -> frozenset[str]:
    """The roles that this person holds now; none for who may not sign in. Asks the database each time."""
    if not isinstance(person, Person) or not person.is_active:
        return frozenset()
    return roles_held(person)


def roles_held(person: Person) -> frozenset[str]:
    """The roles that stand beside this person's name, also while they may not sign in."""
    return frozenset(RoleHeld.objects.filter(person=person).values_list("role", flat=True))


def access_person(untrusted_public_id: str) -> Person:
    """The person of this id. Raises Refused where there is none."""
    found = Person.objects.filter(public_id=untrusted_public_id).first()
    if found is None:
        raise Refused(_("There is nobody of this id."))
    return found


def find_person(untrusted_word: str) -> Person:
    """The person of this id or e-mail address, for a command. Raises Refused where there is none."""
    rows = Person.objects.filter(Q(public_id=untrusted_word) | Q(email=untrusted_word.strip().lower()))
    found = rows.first()
    if found is None:
        raise Refused(_("There is nobody of this id or address; tutela people list shows everybody."))
    return found


def signed_in(request: HttpRequest) -> Person:
    """The person who is signed in. Raises Refused for nobody: a page's declaration comes before this."""
    if not isinstance(request.user, Person):
        raise Refused(_("Sign in first."))
    return request.user
