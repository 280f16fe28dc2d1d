"""What classes and actions are called outside: in the terms of INHOPE's figures and of the DSA.

Classes are those of verdicts (``cases.models.Verdict``). The keywords are those of the DSA's transparency
database (its ``StatementStoreRequest``), so that a report under Article 22(3) names the type of content as
statements of reasons do. Nothing here is a legal finding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: An item on which there is no verdict and no approved match.
NOT_CLASSIFIED = "not_classified"
#: An item whose last verdict says that nothing is illegal.
NOTHING_ILLEGAL = "nothing_illegal"


@dataclass(frozen=True, kw_only=True, slots=True)
class Category:
    """A class as people read it, and the DSA's keyword for it; an empty keyword where there is none."""

    name: str
    dsa_keyword: str = ""


#: class -> what it is called.
CATEGORIES: Mapping[str, Category] = {
    "csam": Category(name="child sexual abuse material", dsa_keyword="KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL"),
    "generated_csam": Category(
        name="generated or altered child sexual abuse material",
        dsa_keyword="KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL_DEEPFAKE",
    ),
    "exploitative": Category(name="exploitative, not illegal everywhere"),
    "adult_ncii": Category(
        name="intimate images of adults, shared without consent",
        dsa_keyword="KEYWORD_NON_CONSENSUAL_IMAGE_SHARING",
    ),
    NOTHING_ILLEGAL: Category(name="nothing illegal"),
    NOT_CLASSIFIED: Category(name="not classified"),
}
#: What was seen after a notice. What a provider did is known by looking alone, never by what it says.
ACTIONS: Mapping[str, str] = {
    "removed": "gone, seen twice from two places",
    "came_back": "gone, and seen again since",
    "gone_one_place": "gone, seen from one place alone",
    "not_seen_removed": "not seen to be gone",
    "retracted": "the notice was taken back",
}
