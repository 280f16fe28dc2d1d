"""Settings that say who runs the hotline: what stands in the imprint and in the privacy notice."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field


class OperatorSettings(BaseModel):
    """Who answers for the public's pages. What is empty is not shown; without a name the pages say so."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(
        default="",
        max_length=200,
        description="Who runs the hotline, as in the register (no unit). Source: Directive 2000/31/EC, "
        "Article 5(1)(a).",
    )
    address: str = Field(
        default="",
        max_length=500,
        description="Postal address, lines parted by line breaks (no unit). Source: Directive 2000/31/EC, "
        "Article 5(1)(b).",
    )
    mail: str = Field(
        default="",
        max_length=254,
        description="Mail address for everybody (no unit). Source: Directive 2000/31/EC, Article 5(1)(c).",
    )
    phone: str = Field(
        default="",
        max_length=60,
        description="Its number, as people dial it (no unit). Source: the operator.",
    )
    responsible: str = Field(
        default="",
        max_length=200,
        description="Who represents it (no unit). Source: the law of its country.",
    )
    register_entry: str = Field(
        default="",
        max_length=300,
        description="Register and number, tax number (no unit). Source: Directive 2000/31/EC, Article "
        "5(1)(d) and (g).",
    )
    privacy_contact: str = Field(
        default="",
        max_length=300,
        description="Data protection officer, and how to reach them (no unit). Source: GDPR, Article "
        "13(1)(b).",
    )
    legal_basis: str = Field(
        default="",
        max_length=500,
        description="Law under which reports are dealt with, as lawyers cite it (no unit). Source: GDPR, "
        "Article 13(1)(c).",
    )
    authority: str = Field(
        default="",
        max_length=300,
        description="Authority to which people may complain, and how to reach it (no unit). Source: GDPR, "
        "Article 13(2)(d).",
    )
    kept_for: Mapping[str, str] = Field(
        default={},
        description="Language code -> how long reports are kept, in whole sentences; the first one where the "
        "reader's language is missing (no unit). Source: GDPR, Article 13(2)(a).",
    )
    more: Mapping[str, str] = Field(
        default={},
        description="Language code -> what else the privacy notice has to say, likewise (no unit). Source: "
        "the operator.",
    )


def in_language(words: Mapping[str, str], language: str) -> str:
    """The words in this language, else the first ones, else nothing."""
    return words.get(language) or next(iter(words.values()), "")
