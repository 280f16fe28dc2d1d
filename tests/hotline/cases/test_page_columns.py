"""The columns about pages belong to sightings, and a page has none of them filled in by itself."""

from __future__ import annotations

from tutela.hotline.cases.models import Sighting
from tutela.hotline.cases.page_columns import FoundOnPage


def test_they_are_columns_of_a_sighting_and_empty_where_there_is_no_page() -> None:
    assert FoundOnPage._meta.abstract
    names = {one.name for one in FoundOnPage._meta.get_fields()}
    assert names >= {"found_on", "found_as", "level", "referrer_sealed", "trouble", "text_simhash"}
    sighting = Sighting()
    assert (sighting.level, sighting.found_as, sighting.trouble, sighting.text_bytes) == (0, "", "", None)
    assert not sighting.referrer_for_fetch
