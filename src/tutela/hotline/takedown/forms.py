"""The forms about notices: which ones to show, what to do with one, and a new recipient."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tutela.hotline.takedown.choices import STATE_NAMES
from tutela.hotline.takedown.models import ADDRESS_LENGTH, NAME_LENGTH
from tutela.hotline.work.queries import START_MAX
from tutela.kernel.egress.mail_addresses import parse_mail_address
from tutela.share.notices.contents import Order

#: How a browser sends a day and a time (HTML, datetime-local).
_TIME_FORMAT = "%Y-%m-%dT%H:%M"


class ChoiceForm(forms.Form):
    """Which notices to show; in the address of the page, so that it can be sent to somebody."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("all")), *STATE_NAMES.items()]
    )
    start = forms.IntegerField(required=False, min_value=0, max_value=START_MAX, widget=forms.HiddenInput)

    def chosen(self) -> tuple[str, int] | None:
        """(state, first row), or None for a wrong choice."""
        if not self.is_valid():
            return None
        return self.cleaned_data["state"], self.cleaned_data["start"] or 0


class SettleForm(forms.Form):
    """What a person chooses about a notice. ``token`` is that of the notice as it was shown."""

    what = forms.ChoiceField(
        choices=[
            ("send_again", _("Send it again")),
            ("leave", _("Leave it as it is")),
            ("retract", _("Take it back")),
        ]
    )
    token = forms.IntegerField(min_value=0)


class RecipientForm(forms.Form):
    """An address that a person has looked up, and confirms by naming it."""

    address = forms.CharField(label=_("Mail address of the abuse desk"), max_length=ADDRESS_LENGTH)
    name = forms.CharField(label=_("Name of the organisation"), max_length=NAME_LENGTH)

    def clean_address(self) -> Any:
        """The address, or why it is none."""
        try:
            return str(parse_mail_address(self.cleaned_data["address"]))
        except ValueError as error:
            raise forms.ValidationError(
                _("Write it as abuse@host.example, without a name around it.")
            ) from error


class OrderForm(forms.Form):
    """An authority's order, as it is written on the paper: who, under what, until when."""

    authority = forms.CharField(label=_("Authority that gave the order"), max_length=NAME_LENGTH)
    base = forms.CharField(label=_("Provision under which it was given"), max_length=NAME_LENGTH)
    until = forms.DateTimeField(
        label=_("To be done until (UTC)"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_TIME_FORMAT),
    )

    def order(self) -> Order:
        """The order. Raises Invalid for a name that is no line of text."""
        told = self.cleaned_data
        return Order(authority=told["authority"], legal_base=told["base"], deadline=told["until"])
