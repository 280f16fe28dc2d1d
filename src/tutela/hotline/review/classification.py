"""What somebody says of an item, checked against the scheme of the house. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tutela.hotline.review.acts import CERTAINTIES, OUTCOMES, SITE_KINDS
from tutela.kernel.errors import Invalid
from tutela.kernel.taxonomy import Scheme, SchemeValue, check_legal_class, scheme

#: Version of ``elements`` as the database keeps them.
ELEMENTS_FORMAT = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Classification:
    """One classification. ``legal_class`` and ``category`` where it is illegal, else both empty.

    ``scheme`` names a scheme of kernel.taxonomy; ``elements`` are what it asks beside the category. Raises
    Invalid naming the field that is wrong or missing.
    """

    outcome: str
    scheme: str
    legal_class: str = ""
    category: str = ""
    elements: Mapping[str, str] = field(default_factory=dict)
    site_kind: str = "unknown"
    self_generated: str = "unknown"
    commercial: str = "unknown"

    def __post_init__(self) -> None:
        """Refuse what contradicts itself or the scheme."""
        _check_word(self.outcome, OUTCOMES, "outcome")
        _check_word(self.site_kind, SITE_KINDS, "site_kind")
        _check_word(self.self_generated, CERTAINTIES, "self_generated")
        _check_word(self.commercial, CERTAINTIES, "commercial")
        own = _scheme(self.scheme)
        if self.outcome != "illegal":
            if self.legal_class or self.category:
                raise Invalid("only what is illegal has a class and a category", field="outcome")
            return
        _check_class(self.legal_class)
        _check_category(own, self.category)
        _check_elements(own, self.elements)

    @property
    def severity(self) -> int | None:
        """Where the category stands in its scheme's own order; None where there is none."""
        return _scheme(self.scheme).find(self.category).severity if self.category else None

    def columns(self) -> dict[str, Any]:
        """The columns of ``models.Assessment`` that it fills."""
        return {
            "outcome": self.outcome,
            "legal_class": self.legal_class,
            "scheme": self.scheme if self.category else "",
            "category": self.category,
            "severity": self.severity,
            "elements": {"v": ELEMENTS_FORMAT, **self.elements},
            "site_kind": self.site_kind,
            "self_generated": self.self_generated,
            "commercial": self.commercial,
        }


def categories(own: Scheme) -> list[SchemeValue]:
    """Categories that a person may give to what is illegal, the gravest first."""
    given = [one for one in own.values if one.assessed and one.severity != 0]
    return sorted(given, key=lambda one: -(one.severity or 0))


def _scheme(name: str) -> Scheme:
    try:
        return scheme(name)
    except ValueError as error:
        raise Invalid(str(error), field="scheme") from error


def _check_word(untrusted_word: str, words: tuple[str, ...], name: str) -> None:
    if untrusted_word not in words:
        raise Invalid(f"one of: {', '.join(words)}", field=name)


def _check_class(untrusted_class: str) -> None:
    if not untrusted_class:
        raise Invalid("say which class of material it is", field="legal_class")
    try:
        check_legal_class(untrusted_class)
    except ValueError as error:
        raise Invalid(str(error), field="legal_class") from error


def _check_category(own: Scheme, untrusted_category: str) -> None:
    known = [one.value for one in categories(own)]
    if untrusted_category not in known:
        raise Invalid(f"a category of the scheme {own.name}: {', '.join(known)}", field="category")


def _check_elements(own: Scheme, untrusted_elements: Mapping[str, str]) -> None:
    known = {one.name: one.values for one in own.elements}
    for name, value in untrusted_elements.items():
        if value and value not in known.get(name, ()):
            raise Invalid(f"the scheme {own.name} does not know this", field="elements")
