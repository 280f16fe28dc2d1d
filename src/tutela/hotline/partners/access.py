"""The only way to get a partner or a referral: for whom the gate let in by the act of the page."""

from __future__ import annotations

import hashlib

from tutela.hotline.partners.models import Partner, Referral
from tutela.kernel.errors import Refused
from tutela.kernel.ids import is_id

#: Characters of the longest token that is looked up at all.
_TOKEN_CHARACTERS_MAX = 100


def access_partner(untrusted_partner: str) -> Partner:
    """The partner of this id. Raises Refused where there is none."""
    found = Partner.objects.filter(public_id=untrusted_partner).first() if is_id(untrusted_partner) else None
    if found is None:
        raise Refused("there is no partner of this id")
    return found


def access_referral(untrusted_referral: str) -> Referral:
    """The referral of this id, with its partner. Raises Refused where there is none."""
    rows = Referral.objects.select_related("partner").defer("document_sealed")
    found = rows.filter(public_id=untrusted_referral).first() if is_id(untrusted_referral) else None
    if found is None:
        raise Refused("there is no referral of this id")
    return found


def access_asked(untrusted_token: str) -> Referral:
    """The referral that waits for an answer by this token. Raises Refused, the same for a used one.

    One in doubt is among them: whoever has the token has the document.
    """
    rows = Referral.objects.defer("document_sealed").filter(state__in=("in_doubt", "handed", "answered"))
    wanted = untrusted_token and len(untrusted_token) <= _TOKEN_CHARACTERS_MAX
    found = rows.filter(answer_digest=token_digest(untrusted_token)).first() if wanted else None
    if found is None:
        raise Refused("this link is no longer good")
    return found


def token_digest(token: str) -> str:
    """What is kept of an answer link's token, hex: 160 random bits need no slow digest."""
    return hashlib.sha256(b"tutela answer\x00" + token.encode()).hexdigest()
