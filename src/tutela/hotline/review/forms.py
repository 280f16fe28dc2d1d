"""The forms of the assessment desk. They work by keyboard and without JavaScript; every field has a label."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tutela.hotline.review.classification import Classification, categories
from tutela.hotline.review.rules import rules_in_force
from tutela.hotline.review.words import (
    CERTAINTY_NAMES,
    CLASS_NAMES,
    OUTCOME_NAMES,
    SECOND_NAMES,
    SITE_NAMES,
)
from tutela.kernel.errors import Invalid
from tutela.kernel.taxonomy import scheme

#: Largest number of a part of a page, and of a step of a visit (kernel.visiting; our own).
NUMBER_MAX = 1_000
#: Before the name of a field that the scheme asks for beside the category.
_ELEMENT = "element_"
_NOTHING: tuple[tuple[str, Any], ...] = (("", "-"),)


class AssessmentForm(forms.Form):
    """What the items are, by the scheme of the house."""

    items = forms.MultipleChoiceField(
        label=_("It is about"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )
    outcome = forms.ChoiceField(label=_("What is it?"), widget=forms.RadioSelect, choices=OUTCOME_NAMES)
    legal_class = forms.ChoiceField(
        label=_("Class"), required=False, choices=[*_NOTHING, *CLASS_NAMES.items()]
    )
    category = forms.ChoiceField(label=_("Category"), required=False)
    site_kind = forms.ChoiceField(label=_("Kind of site"), choices=SITE_NAMES)
    self_generated = forms.ChoiceField(label=_("Made by the child itself"), choices=CERTAINTY_NAMES)
    commercial = forms.ChoiceField(label=_("Somebody earns by it"), choices=CERTAINTY_NAMES)

    def __init__(self, *arguments: Any, about: Iterable[str], **named: Any) -> None:
        super().__init__(*arguments, **named)
        own = scheme(rules_in_force().scheme)
        self._choices("items").choices = [(name, f"{name[:12]}…") for name in about]
        found = [(one.value, one.label) for one in categories(own)]
        self._choices("category").choices = [*_NOTHING, *found]
        for one in own.elements:
            choices = [*_NOTHING, *((value, value) for value in one.values)]
            if one.values:
                field = forms.ChoiceField(label=one.label, required=False, choices=choices)
                self.fields[_ELEMENT + one.name] = field

    def _choices(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        if not isinstance(field, forms.ChoiceField):
            raise TypeError(name)
        return field

    def clean(self) -> dict[str, Any]:
        """The answers; what contradicts itself is said at the field."""
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                self.classification()
            except Invalid as error:
                self.add_error(error.field if error.field in self.fields else None, error.public_message())
        return cleaned

    def classification(self) -> Classification:
        """What was said. Raises Invalid for what contradicts itself."""
        given = self.cleaned_data
        is_illegal = given["outcome"] == "illegal"
        elements = {
            name.removeprefix(_ELEMENT): value
            for name, value in given.items()
            if name.startswith(_ELEMENT) and value
        }
        return Classification(
            outcome=given["outcome"],
            scheme=rules_in_force().scheme,
            legal_class=given["legal_class"] if is_illegal else "",
            category=given["category"] if is_illegal else "",
            elements=elements if is_illegal else {},
            site_kind=given["site_kind"],
            self_generated=given["self_generated"],
            commercial=given["commercial"],
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """What somebody does on a visited page: the step that they read, the number or numbers that they mean."""

    do: str
    step: int
    key: int
    keys: tuple[int, ...]


class VisitForm(forms.Form):
    """What is to be done on a page that is visited. Its fields stand in the page beside what they mean."""

    do = forms.ChoiceField(choices=[(word, word) for word in ("open", "press", "again", "fetch", "end")])
    step = forms.IntegerField(min_value=0, max_value=NUMBER_MAX, required=False)
    key = forms.IntegerField(min_value=1, max_value=NUMBER_MAX, required=False)
    fetch = forms.TypedMultipleChoiceField(
        coerce=int, required=False, choices=[(number, number) for number in range(1, NUMBER_MAX + 1)]
    )

    def chosen(self) -> Chosen:
        """What was chosen. Raises Invalid for anything else."""
        if not self.is_valid():
            raise Invalid("choose a number that stands on the page", field=next(iter(self.errors)))
        given = self.cleaned_data
        key, keys = given["key"] or 0, tuple(given["fetch"])
        return Chosen(do=given["do"], step=given["step"] or 0, key=key, keys=keys)


class SecondForm(forms.Form):
    """What a second person says of what one person decided."""

    word = forms.ChoiceField(label=_("What do you say?"), widget=forms.RadioSelect, choices=SECOND_NAMES)
