"""A folder as the set-up leaves it, with a list that knows one picture, and a clock at which it is valid."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from tests.detect.matching.bundles.making import NOW, PRINTS_KEY, TRUST, draft, sealed
from tests.detect.matching.making import entry
from tests.pictures import jpeg, landscape, png
from tutela.detect.fingerprints.digests import Digests
from tutela.kernel.clock import FixedClock
from tutela.prevent.guard.classes.chosen import render_classes
from tutela.prevent.guard.judging.shapes import digests_of
from tutela.prevent.guard.lists.installed import add_list
from tutela.prevent.guard.person.consent import TEXT_VERSION, Consent, render_consent
from tutela.prevent.guard.person.discretion import offered, render_discretion
from tutela.prevent.guard.person.folder import (
    CERTIFICATE,
    CLASSES,
    CONSENT,
    DISCRETION,
    FINISHED,
    KEYS,
    PAGE_PORT,
    POLICY,
    PORT,
    Folder,
)
from tutela.prevent.guard.person.policy import Policy, render_policy
from tutela.prevent.guard.person.sealing import new_keys
from tutela.prevent.guard.system.authority import Authority, new_authority
from tutela.prevent.guard.system.key_places import FileKeyPlace

PASSPHRASE = "four calm words here"
KNOWN = jpeg(landscape(1, 96, 64), quality=80)
OTHER = png(landscape(2, 80, 60))
CLOCK = FixedClock(NOW)


def listing(*pictures: bytes, **terms: Any) -> bytes:
    """A sealed list of the SHA-256 of these pictures."""
    entries = [entry(f"e{number}", "sha256", digests_of(one).sha256) for number, one in enumerate(pictures)]
    return sealed(draft(entries, perceptual=False, kinds=("sha256",), **terms))


def digests(picture: bytes) -> Digests:
    return digests_of(picture)


def make_home(path: Path, policy: Policy | None = None, *, lists: bool = True) -> tuple[Folder, Authority]:
    """The folder and the authority in it."""
    folder, names = Folder(path / "calm"), offered()[0]
    folder.make()
    authority = new_authority(names.subject, CLOCK)
    consent = Consent(text=TEXT_VERSION, day=date(2026, 3, 1), language="en")
    folder.write(DISCRETION, render_discretion(names).encode())
    folder.write(POLICY, render_policy(policy or Policy(delay_hours=0)).encode())
    folder.write(CONSENT, render_consent(consent).encode())
    folder.write(KEYS, new_keys(PASSPHRASE, work_bits=2).to_bytes())
    folder.write(PORT, b"0")
    folder.write(PAGE_PORT, b"0")
    folder.write(CLASSES, render_classes(()))
    folder.write(CERTIFICATE, authority.certificate_pem)
    FileKeyPlace(folder).put(authority.bundle_pem)
    if lists:
        add_list(folder, listing(KNOWN), replace(TRUST), PRINTS_KEY, CLOCK)
    folder.write(FINISHED, b"")
    return folder, authority
