"""Settings of the pages that are reported: how much of what stands on one is fetched."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from tutela.hotline.cases.page_plan import PageRules

_RULES = PageRules()


class PageSettings(BaseModel):
    """How much of a page is fetched. What is beyond is counted and shown with the page."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    media_max: int = Field(
        default=_RULES.media_max,
        ge=1,
        le=3_000,
        description="Pictures and films of one page that are fetched, a count. Source: our own; issue 5, "
        "bar 8 asks for 520.",
    )
    linked_max: int = Field(
        default=_RULES.linked_max,
        ge=0,
        le=1_000,
        description="Pages that one page leads to by a picture and that are read too, one level, a count. "
        "Source: issue 5, linked galleries.",
    )
    group_max: int = Field(
        default=_RULES.group_max,
        ge=1,
        le=100_000,
        description="Items that come of one report in all, linked pages included, a count; shared among its "
        "addresses, at least 10 each. What is beyond is counted with the page. Source: our own; issue 5, "
        "bar 8 asks for 520.",
    )

    def rules(self) -> PageRules:
        """The bounds, as the jobs take them."""
        return PageRules(**self.model_dump())
