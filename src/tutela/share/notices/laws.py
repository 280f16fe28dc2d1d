"""What we know of a country's law: its provision, what it asks to be kept, whether the DSA applies there."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import cast

from tutela.share.notices.contents import Keeping, Law


def known_law(country: str, legal_class: str) -> Law:
    """The law of a country (ISO 3166-1 alpha-2) as ``laws.toml`` has it; it may lack a citation.

    Only ``csam`` has citations: whether the other classes are illegal differs too much to be said in a table.
    """
    tables = _tables()
    citations, keeping = (
        cast(dict[str, str], tables["citations"]),
        cast(dict[str, Keeping], tables["keeping"]),
    )
    return Law(
        country=country,
        citation=citations.get(country, "") if legal_class == "csam" else "",
        keeping=keeping.get(country, "as_law"),
        in_union=country in cast(list[str], tables["union"]),
    )


@cache
def _tables() -> dict[str, object]:
    return tomllib.loads(files("tutela.share.notices").joinpath("laws.toml").read_text(encoding="utf-8"))
