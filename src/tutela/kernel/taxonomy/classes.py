"""Legal classes: a closed set, never merged silently; *generated* is also an attribute."""

from __future__ import annotations

from tutela.kernel.taxonomy.files import shipped_classes
from tutela.kernel.taxonomy.shapes import LegalClass


def legal_classes() -> tuple[LegalClass, ...]:
    """The closed set of legal classes (decisions.md section 2)."""
    return shipped_classes()[0]


def check_legal_class(untrusted_name: str) -> str:
    """``untrusted_name`` itself, or "" for "not said". Raises ValueError for a class outside the set."""
    names = [known.name for known in legal_classes()]
    if untrusted_name and untrusted_name not in names:
        raise ValueError(f"class must be one of {', '.join(names)}")
    return untrusted_name


def is_generated(legal_class: str, realism: str = "") -> bool:
    """True when the class or the element ``realism`` says that the item is not a plain photograph."""
    return legal_class == "generated_csam" or realism in shipped_classes()[1]
