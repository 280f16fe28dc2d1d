"""A referral's document as its reader gets it: for people as PDF, as a page and as text, for programs as JSON
(docs/reference/referral.md), all four in one archive of ordinary format.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from io import BytesIO
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from tutela import __version__
from tutela.hotline.partners.documents import SCHEMA, VERSION, ReferralDocument
from tutela.hotline.partners.paper import render_pdf
from tutela.hotline.partners.words import GROUND_NAMES
from tutela.kernel.clock import iso_utc
from tutela.kernel.custody import age

#: Names of the four files after the id of the referral.
PAPER, PAGE, TEXT, DATA = "referral.pdf", "referral.html", "referral.txt", "referral.json"
#: The ending of the sealed archive in a drop folder: a ZIP archive sealed in the age format.
ENDING = ".zip.age"
#: Bytes of the largest archive: 520 items with some hundred sightings each (our own).
ARCHIVE_BYTES_MAX = 256 << 20
#: What a ZIP archive says of times before its first year (APPNOTE 4.4.6: from 1980): ours are in the JSON.
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def render_json(document: ReferralDocument) -> bytes:
    """The document as JSON of ``referral.schema.json``: UTF-8, times in UTC, keys in order."""
    row: dict[str, Any] = {"schema": SCHEMA, "version": VERSION, "made_by": f"tutela {__version__}"}
    row |= _plain(asdict(document))
    return (json.dumps(row, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def render_page(document: ReferralDocument) -> bytes:
    """The document as an HTML page without script, picture or link, for paper too."""
    return _rendered("partners/document.html", document)


def render_text(document: ReferralDocument) -> bytes:
    """The document as plain text."""
    return _rendered("partners/document.txt", document)


def render_paper(document: ReferralDocument) -> bytes:
    """The document as PDF, for paper and for files of an office."""
    text = render_text(document).decode()
    return render_pdf(text, title=document.referral, language=document.language)


def render_archive(document: ReferralDocument) -> bytes:
    """The four files in a ZIP archive, in a folder named like the referral."""
    parts = {PAPER: render_paper(document), PAGE: render_page(document), TEXT: render_text(document)}
    parts[DATA] = render_json(document)
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(f"{document.referral}/{name}", _ZIP_TIME), data)
    return target.getvalue()


def render_sealed(document: ReferralDocument, keys: list[str]) -> bytes:
    """The archive sealed to these public keys (age). Raises ValueError for a key that is none."""
    target = BytesIO()
    age.seal(BytesIO(render_archive(document)), target, *keys)
    return target.getvalue()


def _rendered(template: str, document: ReferralDocument) -> bytes:
    with translation.override(document.language):
        shown = {"document": document, "language": document.language, "grounds": GROUND_NAMES}
        return render_to_string(template, shown).encode()


def _plain(value: Any) -> Any:
    """The value as JSON has it."""
    if isinstance(value, datetime):
        return iso_utc(value)
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
