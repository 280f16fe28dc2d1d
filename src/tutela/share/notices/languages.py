"""In which of tutela's languages somebody in a country is written to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from tutela.share.notices.texts import LANGUAGES

#: Official languages by country (ISO 3166-1), where one of ours is among them and it is not English alone.
BY_COUNTRY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **dict.fromkeys(("AT", "DE", "LI"), ("de",)),
        "BE": ("nl", "fr", "de"),
        "CH": ("de", "fr"),
        "LU": ("fr", "de"),
        **dict.fromkeys(("NL", "SR"), ("nl",)),
        **dict.fromkeys(("FR", "MC", "SN", "CI", "ML", "BJ", "TG", "GA", "CG", "CD", "NE", "BF"), ("fr",)),
        **dict.fromkeys(("PT", "BR", "AO", "MZ", "CV", "GW", "ST"), ("pt",)),
        **dict.fromkeys(
            ("ES", "MX", "AR", "CO", "CL", "PE", "VE", "EC", "GT", "CU", "BO", "DO", "HN", "PY", "SV", "NI"),
            ("es",),
        ),
        **dict.fromkeys(("CR", "PA", "UY", "GQ"), ("es",)),
    }
)


def languages_for(country: str, asked_for: Sequence[str] = ()) -> tuple[str, ...]:
    """The languages to write in, the best first: those they ask for, those of their country, English."""
    wished = [language for language in asked_for if language in LANGUAGES]
    return tuple(dict.fromkeys([*wished, *BY_COUNTRY.get(country, ()), "en"]))
