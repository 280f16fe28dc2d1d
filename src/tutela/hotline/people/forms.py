"""The forms about people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.utils.translation import gettext_lazy as _

from tutela.hotline.people.models import EMAIL_LENGTH, NAME_LENGTH, Person
from tutela.hotline.people.roles import ROLES


class RolesForm(forms.Form):
    """Which roles somebody holds."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=list(ROLES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("As few as the work needs. A change ends the person's sessions at once."),
    )


class InviteForm(RolesForm):
    """Somebody new."""

    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH)
    email = forms.EmailField(
        label=_("E-mail address"), max_length=EMAIL_LENGTH, help_text=_("To sign in with. Nothing is mailed.")
    )
    field_order = ("name", "email", "roles")


class PasswordForm(forms.Form):
    """A new password, for the person it is given."""

    password = forms.CharField(
        label=_("New password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validators_help_text_html,
        strip=False,
    )
    again = forms.CharField(
        label=_("The same again"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )

    def __init__(self, *arguments: Any, person: Person, **named: Any) -> None:
        self.person = person
        super().__init__(*arguments, **named)

    def clean_password(self) -> str:
        """The password, if it is no common one and not made of name or address."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self.person)
        return password

    def clean_again(self) -> str:
        """The second entry, if it is the same."""
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("password", again):
            raise forms.ValidationError(_("This is not the same."))
        return again
