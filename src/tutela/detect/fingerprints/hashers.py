"""The slot ``tutela.hashers``: what makes fingerprints, and the five that tutela brings along.

A hasher is picked by name in the settings; installed is not enabled (style.md section 9). Its
contract is checked by ``contract.check_hasher``. ``tests/plugins`` holds an example package.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from tutela import __version__
from tutela.detect.fingerprints.pdq import pdq_print, pdq_prints
from tutela.detect.fingerprints.shapes import VALUE_BYTES, Fingerprint, Unhashable
from tutela.detect.media.shapes import Examined, PdqMode, ShownForm

#: Entry-point group of this slot.
GROUP = "tutela.hashers"
#: What a hasher looks at: a whole file's facts, a shown form of a picture, or a frame of a film.
HasherMedia = Literal["file", "picture", "film"]


@runtime_checkable
class Hasher(Protocol):
    """What every hasher says of itself: a ``FileHasher`` or a ``FormHasher``.

    ``name`` picks it in the settings, ``kind`` is the kind of its fingerprints, ``bits`` the
    length of their values, ``media`` what it looks at.
    """

    @property
    def name(self) -> str:
        """The name in the settings."""

    @property
    def kind(self) -> str:
        """The kind of the fingerprints."""

    @property
    def version(self) -> str:
        """The version; a decision can be explained by it later."""

    @property
    def media(self) -> HasherMedia:
        """What is looked at."""

    @property
    def bits(self) -> int:
        """Length of a value in bits, a multiple of 8."""


@runtime_checkable
class FileHasher(Hasher, Protocol):
    """Makes one fingerprint of a whole file from what the sandbox said about it (``media`` = ``file``)."""

    def fingerprint(self, subject: Examined) -> Fingerprint | Unhashable:
        """The file's fingerprint, or why there is none."""


@runtime_checkable
class FormHasher(Hasher, Protocol):
    """Makes fingerprints of one shown form: of pictures (``media`` = ``picture``) or of film frames.

    ``needs_pixels`` asks the sandbox for the full pixels (``ShownForm.pixels``, uint8 RGB); without
    it only the 64 x 64 luma crosses the pipe. The first of ``fingerprints`` is the upright one;
    with ``dihedral`` the turned and mirrored forms may follow.
    """

    @property
    def needs_pixels(self) -> bool:
        """True to be given the full pixels."""

    def fingerprints(
        self, subject: ShownForm, *, mode: PdqMode, dihedral: bool
    ) -> Sequence[Fingerprint] | Unhashable:
        """The form's fingerprints, upright first, or why there are none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestHasher:
    """One cryptographic digest of the whole file; the sandbox computed it in its single read."""

    name: str
    version: str = __version__

    @property
    def kind(self) -> str:
        """The kind is the name: md5, sha1 or sha256."""
        return self.name

    @property
    def media(self) -> HasherMedia:
        """Digests are of whole files."""
        return "file"

    @property
    def bits(self) -> int:
        """128, 160 or 256 bits."""
        return VALUE_BYTES[self.name] * 8

    def fingerprint(self, subject: Examined) -> Fingerprint | Unhashable:
        """The digest, or the reason why nothing could be read."""
        value: bytes = getattr(subject, self.name)
        if len(value) == VALUE_BYTES[self.name]:
            return Fingerprint(kind=self.name, value=value)
        reason = subject.trouble.reason if subject.trouble else "nothing could be read"
        return Unhashable(kind=self.name, form="file", reason=reason)


@dataclass(frozen=True, kw_only=True, slots=True)
class PdqHasher:
    """PDQ of pictures (``pdq``) or of film frames (``vpdq``); 256 bits, eight orientations."""

    name: str
    media: HasherMedia
    version: str = __version__

    @property
    def kind(self) -> str:
        """Both make ``pdq`` values; a film's frames keep their ``t<seconds>`` forms."""
        return "pdq"

    @property
    def bits(self) -> int:
        """256 bits (PDQ paper)."""
        return VALUE_BYTES["pdq"] * 8

    @property
    def needs_pixels(self) -> bool:
        """The 64 x 64 reduction is enough."""
        return False

    def fingerprints(
        self, subject: ShownForm, *, mode: PdqMode, dihedral: bool
    ) -> Sequence[Fingerprint] | Unhashable:
        """The upright PDQ and, with ``dihedral``, the seven turned and mirrored ones."""
        if dihedral:
            return pdq_prints(subject, mode=mode)
        found = pdq_print(subject, mode=mode)
        return found if isinstance(found, Unhashable) else (found,)


def md5() -> DigestHasher:
    """The hasher ``md5``: an exchange key of the field, never proof alone (standards/12 section 12.5)."""
    return DigestHasher(name="md5")


def sha1() -> DigestHasher:
    """The hasher ``sha1``: as ``md5``."""
    return DigestHasher(name="sha1")


def sha256() -> DigestHasher:
    """The hasher ``sha256``: the one digest that confirms (decisions.md section 2)."""
    return DigestHasher(name="sha256")


def pdq() -> PdqHasher:
    """The hasher ``pdq``: each shown form of pictures."""
    return PdqHasher(name="pdq", media="picture")


def vpdq() -> PdqHasher:
    """The hasher ``vpdq``: each sampled frame of films."""
    return PdqHasher(name="vpdq", media="film")


#: Registered as entry points like any plug-in; kept here too so that a cold start reads no metadata.
BUILT_IN: dict[str, Callable[[], Hasher]] = {
    "md5": md5,
    "sha1": sha1,
    "sha256": sha256,
    "pdq": pdq,
    "vpdq": vpdq,
}
#: The set that is enabled when the settings say nothing.
DEFAULT_NAMES = tuple(BUILT_IN)


def pick_hashers(names: Sequence[str] = DEFAULT_NAMES) -> tuple[Hasher, ...]:
    """The hashers of these names, in this order.

    Raises Unavailable for a name that nobody installed, Invalid for a plug-in that breaks the contract.
    """
    return tuple(BUILT_IN[name]() if name in BUILT_IN else _plugin(name) for name in names)


def _plugin(name: str) -> Hasher:
    from tutela.detect.fingerprints.contract import SLOT  # reads package metadata: for plug-ins only

    return SLOT.load(name)
