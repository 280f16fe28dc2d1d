"""A partner named by one person and confirmed by another: a wrong key hands a child's case to a stranger.

Both are vouched for (``people.vouching``): else an administrator who invites a puppet could be both, and hand
cases to a key of their own.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.ledger.entries import Fact
from tutela.hotline.partners.access import access_partner
from tutela.hotline.partners.acts import HOWS, KINDS
from tutela.hotline.partners.certificates import Certificate, check_certificate, read_certificates
from tutela.hotline.partners.models import Partner
from tutela.hotline.people.vouching.queries import vouched_ids
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.custody import age
from tutela.kernel.egress.mail_addresses import MailAddress, parse_mail_address
from tutela.kernel.errors import Conflict, Invalid, Refused

_MACHINE_CLOCK = SystemClock()
#: Whoever types in the house's shell, as the ledger names them.
OPERATOR = "operator"
#: How a referral gets to a partner -> the name under which its keys are kept.
KEYS_OF = {"drop_folder": "age", "mail": "smime"}
#: Most keys of one partner: an office and its stand-ins (our own).
KEYS_MAX = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class NewPartner:
    """What somebody says of a partner. ``how`` is a word of ``acts.HOWS``.

    ``keys`` are public keys of the age format (``age1...``), for a folder; ``mailbox`` and ``certificates``
    (text in PEM) are for mail.
    """

    name: str
    kind: str
    country: str
    keys: tuple[str, ...] = ()
    how: str = "drop_folder"
    mailbox: str = ""
    certificates: str = ""
    language: str = "en"
    test: bool = True


@transaction.atomic
def name_partner(untrusted: NewPartner, *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> Partner:
    """The partner. Where it is no test endpoint, a second person has to confirm it before its first use.

    Raises Invalid for a kind, country or key that is none, Refused for anybody but a person.
    """
    check_person(actor)
    _check_facts(untrusted)
    keys = _mail_keys(untrusted, clock) if untrusted.how == "mail" else checked_keys(untrusted.keys)
    partner = Partner.objects.create(
        name=untrusted.name.strip(),
        kind=untrusted.kind,
        country=untrusted.country,
        language=untrusted.language,
        how=untrusted.how,
        mailbox=str(_mailbox(untrusted.mailbox)) if untrusted.how == "mail" else "",
        keys={"v": 1, KEYS_OF[untrusted.how]: keys},
        test=untrusted.test,
        named_at=clock.now(),
        named_by=actor.name,
    )
    facts: dict[str, Fact] = {"kind": partner.kind, "how": partner.how, "test": partner.test}
    facts["keys"] = len(keys)
    record("partner_named", actor=actor, subject=partner.public_id, facts=facts, clock=clock)
    return partner


@transaction.atomic
def confirm_partner(untrusted_partner: str, *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> Partner:
    """The partner, confirmed.

    Raises Refused for who named it and for whom nobody vouches, Invalid where a certificate has expired since
    it was named, Conflict where somebody was faster.
    """
    check_person(actor)
    partner = Partner.objects.select_for_update().get(pk=access_partner(untrusted_partner).pk)
    if partner.confirmed_at is not None:
        raise Conflict("the partner is confirmed already")
    if partner.named_by == actor.name:
        raise Refused("who named a partner cannot confirm it: a second person compares the key and does")
    _check_vouched({partner.named_by, actor.name}, clock)
    check_certificates(partner, clock=clock)
    partner.confirmed_at, partner.confirmed_by = clock.now(), actor.name
    partner.save(update_fields=["confirmed_at", "confirmed_by"])
    record("partner_confirmed", actor=actor, subject=partner.public_id, clock=clock)
    return partner


def check_person(actor: Actor) -> None:
    """Return where a person acts: at the desk, or as the operator in a shell. Raises Refused."""
    if actor.kind != "person" and actor.name != OPERATOR:
        raise Refused("a person does this, no process")


def _check_vouched(people: set[str], clock: Clock) -> None:
    """Return where each is vouched for now. Whoever has the house's shell needs no word of anybody's."""
    if people - {OPERATOR} - vouched_ids(clock=clock):
        raise Refused(
            "who names a partner and who confirms it are vouched for, both: colleagues do that on their page"
        )


def checked_keys(untrusted_keys: tuple[str, ...]) -> list[str]:
    """The public keys, each once. Raises Invalid where one is none, or their number is wrong."""
    keys = list(dict.fromkeys(one.strip() for one in untrusted_keys if one.strip()))
    if not 1 <= len(keys) <= KEYS_MAX:
        raise Invalid(
            f"1 to {KEYS_MAX} public keys of the age format, each on a line of its own", field="keys"
        )
    try:
        return [age.check_public(one) for one in keys]
    except ValueError as error:
        raise Invalid("a public key of the age format begins with age1", field="keys") from error


def check_certificates(partner: Partner, *, clock: Clock = _MACHINE_CLOCK) -> tuple[Certificate, ...]:
    """The certificates of a partner that gets mail, none of another. Raises Invalid where one is no good."""
    found = tuple(one for pem in partner.keys.get("smime", ()) for one in read_certificates(pem))
    for certificate in found:
        check_certificate(certificate, partner.mailbox, now=clock.now())
    return found


def _mail_keys(untrusted: NewPartner, clock: Clock) -> list[str]:
    """The certificates as they are kept. Raises Invalid."""
    mailbox, found = _mailbox(untrusted.mailbox), read_certificates(untrusted.certificates)
    if len(found) > KEYS_MAX:
        raise Invalid(f"at most {KEYS_MAX} certificates", field="certificates")
    for certificate in found:
        check_certificate(certificate, str(mailbox), now=clock.now())
    return [one.pem for one in found]


def _mailbox(untrusted: str) -> MailAddress:
    try:
        return parse_mail_address(untrusted.strip())
    except ValueError as error:
        raise Invalid(str(error), field="mailbox") from error


def _check_facts(untrusted: NewPartner) -> None:
    if untrusted.how not in HOWS:
        raise Invalid(f"one of {', '.join(HOWS)}", field="how")
    if untrusted.kind not in KINDS:
        raise Invalid(f"one of {', '.join(KINDS)}", field="kind")
    if not untrusted.name.strip():
        raise Invalid("the name of the office", field="name")
    if len(untrusted.country) != 2 or not untrusted.country.isascii() or not untrusted.country.isupper():
        raise Invalid("two capital letters, as in ISO 3166-1", field="country")
