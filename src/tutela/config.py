"""All settings in one: what the rooms declare in their ``settings.py``, composed under the room's name.

``load()`` gives the settings in force. A command that must start fast asks ``find_origins().any()`` of
``tutela.kernel.settings`` first and uses the rooms' own defaults when nothing is configured.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from tutela.detect.fingerprints.settings import FingerprintSettings
from tutela.detect.matching.settings import MatchingSettings
from tutela.detect.media.settings import MediaSettings
from tutela.detect.scan.settings import ScanSettings
from tutela.detect.service.settings import ServiceSettings
from tutela.hotline.alerts.settings import AlertSettings
from tutela.hotline.cases.settings import PageSettings
from tutela.hotline.mailbox.settings import ReplySettings, ReportMailSettings
from tutela.hotline.review.settings import ReviewSettings
from tutela.hotline.settings import HotlineSettings
from tutela.hotline.statistics.settings import StatisticsSettings
from tutela.hotline.takedown.settings import NoticeSettings
from tutela.kernel.custody.settings import CustodySettings
from tutela.kernel.egress.settings import EgressSettings
from tutela.kernel.settings import Loaded, Origins, find_origins, read
from tutela.kernel.visiting.settings import VisitSettings
from tutela.prevent.guard.settings import GuardSettings


class Config(BaseModel):
    """The settings of all rooms; each field is a table of ``tutela.toml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    alerts: AlertSettings = Field(default_factory=AlertSettings)
    custody: CustodySettings = Field(default_factory=CustodySettings)
    egress: EgressSettings = Field(default_factory=EgressSettings)
    fingerprints: FingerprintSettings = Field(default_factory=FingerprintSettings)
    guard: GuardSettings = Field(default_factory=GuardSettings)
    hotline: HotlineSettings = Field(default_factory=HotlineSettings)
    matching: MatchingSettings = Field(default_factory=MatchingSettings)
    media: MediaSettings = Field(default_factory=MediaSettings)
    notices: NoticeSettings = Field(default_factory=NoticeSettings)
    pages: PageSettings = Field(default_factory=PageSettings)
    replies: ReplySettings = Field(default_factory=ReplySettings)
    reports_by_mail: ReportMailSettings = Field(default_factory=ReportMailSettings)
    review: ReviewSettings = Field(default_factory=ReviewSettings)
    scan: ScanSettings = Field(default_factory=ScanSettings)
    service: ServiceSettings = Field(default_factory=ServiceSettings)
    statistics: StatisticsSettings = Field(default_factory=StatisticsSettings)
    visits: VisitSettings = Field(default_factory=VisitSettings)


def load(explicit: Path | None = None) -> Config:
    """The settings in force: environment, secrets folder, file, defaults (``explicit`` is ``--config``).

    Raises Invalid naming the key for an unknown name or a wrong value, and what would be right.
    """
    return load_with_origin(explicit).values


def load_with_origin(explicit: Path | None = None) -> Loaded[Config]:
    """As ``load``, with the origin of each setting that somebody set."""
    origins: Origins = find_origins(explicit)
    if not origins.any():
        return Loaded(values=Config(), origin={})
    return read(Config, origins)
