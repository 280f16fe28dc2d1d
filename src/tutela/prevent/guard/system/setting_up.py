"""The whole set-up: from what the person chose to a device on which the guard starts, in one journal.

The proxy is set last, so that a kill leaves the person with a network. What is not finished is undone by the
next set-up, or by leaving, which then waits for no delay.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tutela.kernel.clock import Clock
from tutela.kernel.errors import Refused
from tutela.prevent.guard.classes.chosen import render_classes
from tutela.prevent.guard.person.consent import Consent, render_consent
from tutela.prevent.guard.person.discretion import Discretion, render_discretion
from tutela.prevent.guard.person.folder import (
    CERTIFICATE,
    CLASSES,
    CONSENT,
    DISCRETION,
    FINISHED,
    KEY_PLACE,
    KEYS,
    PAGE_PORT,
    POLICY,
    PORT,
    UPSTREAM,
    WHOLE_DEVICE,
    Folder,
    data_home,
    find,
)
from tutela.prevent.guard.person.policy import Policy, render_policy
from tutela.prevent.guard.person.sealing import SealedKeys
from tutela.prevent.guard.person.words import words_for
from tutela.prevent.guard.system import nss, proxies, proxy_ways, service, trust
from tutela.prevent.guard.system.authority import new_authority
from tutela.prevent.guard.system.journal import Journal
from tutela.prevent.guard.system.leaving import (
    DESKTOP,
    check_browsers,
    journal_of,
    key_place_of,
    undo_everything,
)
from tutela.prevent.guard.system.ports import PAGE
from tutela.prevent.guard.system.programs import Programs
from tutela.prevent.guard.system.proxy_ways import OurProxy


@dataclass(frozen=True, kw_only=True, slots=True)
class Device:
    """The device: the person's home, the session's variables, its programs and its root folder."""

    home: Path
    programs: Programs
    environment: Mapping[str, str] = field(default_factory=dict)
    root: Path = Path("/")
    is_root: bool = field(default_factory=lambda: os.geteuid() == 0)

    @property
    def data_home(self) -> Path:
        """Where the guard's folder lies."""
        return data_home(self.environment, self.home)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wishes:
    """What the person chose. ``upstream``: the address of a proxy that is there, as the next stop, or empty.

    ``classes``: the classifiers behind the policy's switch, by name.

    ``whole_device``: its own programs trust the authority too, and Chromium gets rules (root alone).
    ``trust_by_hand``: the person imports the certificate into their browsers themselves.
    """

    policy: Policy
    names: Discretion
    consent: Consent
    keys: SealedKeys
    proxy: OurProxy = field(default_factory=OurProxy)
    page_port: int = PAGE
    upstream: str = ""
    classes: tuple[str, ...] = ()
    key_place: Literal["file", "desktop"] = "file"
    whole_device: bool = False
    trust_by_hand: bool = False


def set_up(wishes: Wishes, device: Device, clock: Clock) -> Folder:
    """The guard's folder, once everything is set.

    Raises Refused, Conflict or Unavailable; nothing is set then.
    """
    clear_unfinished(device)
    _check(wishes, device)
    folder = Folder(device.data_home / wishes.names.folder)
    folder.make()
    with _undone_where_it_fails(folder, device.programs):
        journal = journal_of(folder, device.programs)
        _write_choices(folder, wishes)
        certificate = _make_authority(folder, wishes, device, clock)
        _set_trust(journal, folder, certificate, wishes=wishes, device=device)
        start = service.write_starter(folder)
        service.start_with_session(journal, device.home, wishes.names, start, programs=device.programs)
        _set_proxies(journal, wishes, device)
        folder.write(FINISHED, b"")
    return folder


def clear_unfinished(device: Device) -> None:
    """Return once nothing is left of a set-up that was not finished, or of leaving that was begun.

    Raises Refused where a finished one is there: leaving comes first.
    """
    folder = find(device.data_home)
    if folder is None:
        return
    if folder.finished:
        raise Refused("this is set up already: leave first to set it up in another way")
    check_browsers(folder, device.programs)
    undo_everything(folder, device.programs)


def _check(wishes: Wishes, device: Device) -> None:
    """Returns where a set-up can begin. Raises Refused, Conflict, Unavailable."""
    if not wishes.consent.current:
        raise Refused("the text of the consent has changed: read it again first")
    if device.home.stat().st_uid != os.geteuid():
        raise Refused("this home belongs to somebody else: it can be set up by its owner alone")
    others = proxies.other_proxies(device.home, device.environment, device.programs)
    proxies.check_none(
        (one for one in others if one.where.endswith("user.js") or not _is_next(one.address, wishes)),
        words_for(wishes.consent.language),
    )
    for store in nss.stores(device.home, device.programs):
        nss.check_closed(store)
        if not wishes.trust_by_hand:
            trust.check_possible(device.programs, Path("the certificate"))


def _is_next(address: str, wishes: Wishes) -> bool:
    """Whether the address of a proxy is the one that the person named as the next stop."""
    plain = [one.removeprefix("http://").rstrip("/") for one in (address, wishes.upstream)]
    return bool(wishes.upstream) and plain[0] == plain[1]


@contextmanager
def _undone_where_it_fails(folder: Folder, programs: Programs) -> Iterator[None]:
    try:
        yield
    except BaseException:
        undo_everything(folder, programs)
        raise


def _write_choices(folder: Folder, wishes: Wishes) -> None:
    folder.write(DISCRETION, render_discretion(wishes.names).encode("utf-8"))
    folder.write(POLICY, render_policy(wishes.policy).encode("ascii"))
    folder.write(CONSENT, render_consent(wishes.consent).encode("ascii"))
    folder.write(KEYS, wishes.keys.to_bytes())
    folder.write(UPSTREAM, wishes.upstream.encode("utf-8"))
    folder.write(PORT, str(wishes.proxy.port).encode("ascii"))
    folder.write(PAGE_PORT, str(wishes.page_port).encode("ascii"))
    folder.write(CLASSES, render_classes(wishes.classes))
    if wishes.whole_device:
        folder.write(WHOLE_DEVICE, b"")


def _make_authority(folder: Folder, wishes: Wishes, device: Device, clock: Clock) -> bytes:
    """The certificate of a new authority, whose key is in its place."""
    if wishes.key_place == "desktop":
        folder.write(KEY_PLACE, DESKTOP + wishes.names.service.encode("ascii"))
    authority = new_authority(wishes.names.subject, clock)
    key_place_of(folder, device.programs).put(authority.bundle_pem)
    folder.write(CERTIFICATE, authority.certificate_pem)
    return authority.certificate_pem


def _set_trust(
    journal: Journal, folder: Folder, certificate: bytes, *, wishes: Wishes, device: Device
) -> None:
    subject, programs = wishes.names.subject, device.programs
    if not wishes.trust_by_hand:
        for store in nss.stores(device.home, programs):
            work = folder.path / "work"
            trust.trust_in_browser(journal, store, certificate, subject, programs=programs, work=work)
    if wishes.whole_device:
        trust.trust_in_system(
            journal,
            certificate,
            wishes.names.service,
            programs=programs,
            root=device.root,
            is_root=device.is_root,
        )


def _set_proxies(journal: Journal, wishes: Wishes, device: Device) -> None:
    proxy, name = wishes.proxy, wishes.names.service
    if wishes.whole_device:
        proxy_ways.set_in_chromium(journal, device.root, name, proxy, is_root=device.is_root)
    for profile in nss.firefox_profiles(device.home):
        proxy_ways.set_in_firefox(journal, profile, proxy)
    proxy_ways.set_in_session(journal, device.home, name, proxy)
    if proxy_ways.can_set_in_gnome(device.programs):
        proxy_ways.set_in_gnome(journal, proxy)
