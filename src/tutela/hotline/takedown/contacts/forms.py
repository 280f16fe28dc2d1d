"""The forms about contacts: which ones to show, and what to do with one."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tutela.hotline.takedown.contacts.models import ID_LENGTH, NAME_LENGTH
from tutela.hotline.takedown.contacts.words import STATE_NAMES, WHY_NOT_NAMES


class ContactsForm(forms.Form):
    """Which contacts to show; in the address of the page, so that it can be sent to somebody."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("all")), *STATE_NAMES.items()]
    )

    def chosen(self) -> str:
        """The state, empty for all and for a wrong choice."""
        return str(self.cleaned_data["state"]) if self.is_valid() else ""


class FilledForm(forms.Form):
    """That a host's form was filled in, and the number that the host gave it."""

    reference = forms.CharField(
        label=_("Number that the host gave it"), required=False, max_length=NAME_LENGTH
    )


class TakenBackForm(forms.Form):
    """That somebody was told by hand that it is taken back, and the number that they gave."""

    reference = forms.CharField(label=_("Number that they gave it"), required=False, max_length=NAME_LENGTH)


class StaysToldForm(forms.Form):
    """That nobody need be told that it is taken back, and why."""

    why = forms.ChoiceField(label=_("Why"), choices=[("", _("choose")), *WHY_NOT_NAMES.items()])


class DecisionForm(forms.Form):
    """What a person decides about one contact."""

    contact = forms.CharField(max_length=ID_LENGTH)
    what = forms.ChoiceField(choices=[("approve", _("Approve")), ("refuse", _("Refuse"))])
