"""The panel that the settings name, and one upload as it may be asked about."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tutela.detect.service.outside.opinions import Subject
from tutela.detect.service.outside.panel import Consent, Panel

if TYPE_CHECKING:
    from tutela.detect.fingerprints.shapes import FileFingerprints
    from tutela.detect.service.bodies import Body
    from tutela.detect.service.settings import ServiceSettings
    from tutela.kernel.clock import Clock


def panel_of(settings: ServiceSettings, *, clock: Clock | None = None) -> Panel:
    """The opinions that ``service.opinions`` names, each with its terms, loaded and checked.

    Raises Refused for one without a legal basis or that would send more than its terms allow, Invalid,
    Unavailable for one that is not installed, Conflict: the service does not start then.
    """
    return Panel.enabled(
        [_consent(settings, name) for name in settings.opinions],
        clock=clock,
        time_limit_seconds=settings.opinion_seconds,
    )


def _consent(settings: ServiceSettings, name: str) -> Consent:
    terms = settings.opinion_terms.get(name)
    if terms is None:
        return Consent(name=name)
    return Consent(
        name=name, legal_basis=terms.legal_basis, leaves=terms.leaves, options=terms.options or None
    )


def subject_of(body: Body, prints: FileFingerprints) -> Subject | None:
    """The upload for an opinion; None for what is neither a picture nor a film. Holds while the body does."""
    medium = body.family
    if medium not in ("picture", "film"):
        return None

    def read() -> bytes:
        return os.pread(body.fd, body.size_bytes, 0)

    return Subject(
        medium="film" if medium == "film" else "picture",
        size_bytes=body.size_bytes,
        prints=prints.prints,
        read=read,
    )
