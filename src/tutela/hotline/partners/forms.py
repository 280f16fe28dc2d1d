"""The forms about partners and referrals."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tutela.hotline.partners.actions import NewPartner
from tutela.hotline.partners.certificates import TEXT_CHARACTERS_MAX
from tutela.hotline.partners.models import MAILBOX_CHARACTERS, NAME_CHARACTERS, REFERENCE_CHARACTERS
from tutela.hotline.partners.queries import usable_partners
from tutela.hotline.partners.words import GROUND_NAMES, HOW_NAMES, KIND_NAMES, OUTCOME_NAMES, STATE_NAMES
from tutela.hotline.work.queries import START_MAX

#: Characters of all keys of a partner together: 8 of 62, with room.
KEYS_CHARACTERS_MAX = 2_000


class ChosenForm(forms.Form):
    """Which referrals to show; in the address of the page, so that it can be sent to somebody."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("all")), *STATE_NAMES.items()]
    )
    start = forms.IntegerField(required=False, min_value=0, max_value=START_MAX, widget=forms.HiddenInput)

    def chosen(self) -> tuple[str, int] | None:
        """(state, first row), or None for a wrong choice."""
        if not self.is_valid():
            return None
        return self.cleaned_data["state"], self.cleaned_data["start"] or 0


class PartnerForm(forms.Form):
    """A partner as a person names it; a test endpoint where the box is left as it is."""

    name = forms.CharField(label=_("Name of the office"), max_length=NAME_CHARACTERS)
    kind = forms.ChoiceField(label=_("Kind"), choices=list(KIND_NAMES.items()))
    country = forms.RegexField(r"^[A-Z]{2}$", label=_("Country (two capital letters)"), max_length=2)
    language = forms.ChoiceField(label=_("Language of what it gets"), choices=[])
    how = forms.ChoiceField(label=_("How cases get there"), required=False, choices=list(HOW_NAMES.items()))
    keys = forms.CharField(
        label=_("For a folder: public keys (age), one on a line"),
        required=False,
        max_length=KEYS_CHARACTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    mailbox = forms.CharField(
        label=_("For mail: mailbox of the office"), required=False, max_length=MAILBOX_CHARACTERS
    )
    certificates = forms.CharField(
        label=_("For mail: its certificates (PEM)"),
        required=False,
        max_length=TEXT_CHARACTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    test = forms.BooleanField(label=_("A test endpoint"), required=False, initial=True)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["language"].choices = settings.LANGUAGES  # type: ignore[attr-defined]  # a ChoiceField

    def partner(self) -> NewPartner:
        """What was typed, as the action takes it."""
        typed = self.cleaned_data
        how = typed["how"] or "drop_folder"
        return NewPartner(**typed | {"how": how, "keys": tuple(typed["keys"].split())})


class ReferForm(forms.Form):
    """To whom an item goes, and why."""

    partner = forms.ChoiceField(label=_("Partner"), choices=[])
    grounds = forms.ChoiceField(label=_("Grounds"), choices=list(GROUND_NAMES.items()))
    together = forms.BooleanField(label=_("With everything that stood on the same page"), required=False)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["partner"].choices = usable_partners()  # type: ignore[attr-defined]  # a ChoiceField


class AnswerForm(forms.Form):
    """What a partner said became of a case."""

    outcome = forms.ChoiceField(label=_("What became of it"), choices=list(OUTCOME_NAMES.items()))
    reference = forms.CharField(
        label=_("Number that the partner gave it"), required=False, max_length=REFERENCE_CHARACTERS
    )
