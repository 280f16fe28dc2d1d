"""The form with which one vouches for a colleague."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

#: Room for the digits and the spaces that people type between them.
_CODE_LENGTH = 20


class VouchForm(forms.Form):
    """The code that the colleague reads out."""

    code = forms.CharField(
        label=_("The code that your colleague reads to you"),
        max_length=_CODE_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        help_text=_("Eight digits, from the page of their own sign-in, seen or heard in person."),
    )
