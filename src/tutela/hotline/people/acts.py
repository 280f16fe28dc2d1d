"""What this app does, as the ledger keeps it, and the words that may stand in its entries."""

from __future__ import annotations

from tutela.hotline.ledger.acts import declare_acts
from tutela.hotline.people.roles import ROLES
from tutela.kernel.log import declare_words

#: Ways to prove who one is, as the ledger names them.
FACTORS = ("webauthn", "totp", "recovery_codes")

ACTS = {
    "signers_anchored": "The first signers of this house's configuration were noted.",
    "configuration_taken_up": "A process started under a mandate, quorum or signers that are new.",
    "person_invited": "Somebody was invited to work here, with these roles.",
    "person_joined": "An invited person took up the account.",
    "roles_changed": "Somebody's roles were changed; all their sessions ended.",
    "account_ended": "Somebody's account was ended; all their sessions ended.",
    "sign_in_reset": "Somebody's passkeys, codes and password were taken away, and a new link was made.",
    "sign_in_taken_up": "Somebody whose sign-in was reset took up the account again.",
    "account_vouched_for": "Somebody gave their word that a colleague holds the account themselves.",
    "password_changed": "Somebody changed their own password.",
    "factor_added": "Somebody added a way to prove who they are.",
    "factor_removed": "Somebody removed a way to prove who they are.",
    "sign_on_linked": "Somebody's account was linked with the house's own sign-on.",
}


def declare() -> None:
    """Return once ledger and log know this app's acts and words; called once, when Django starts."""
    declare_words(*ROLES, *FACTORS)
    declare_acts(ACTS)
