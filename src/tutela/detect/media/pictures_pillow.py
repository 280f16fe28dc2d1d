"""Pictures through Pillow: one plug-in per sniffed kind, every distinct frame, alpha on two grounds."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Callable
from typing import Any, Final

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from tutela.detect.media import colour
from tutela.detect.media.ends import picture_end
from tutela.detect.media.examining import Source
from tutela.detect.media.shapes import Ask, MediaFacts, ShownForm
from tutela.detect.media.shown import BOX_REDUCED, REDUCED_DECODE, Shower, check_size
from tutela.detect.media.tails import tail_reasons
from tutela.detect.media.troubles import DecodeTrouble
from tutela.detect.media.turning import EIGHTHS, Geometry

_ORIENTATION: Final = 0x0112
#: What Pillow and its plug-ins raise for damaged files (corpora baseline; any other is a fault).
_DAMAGED: Final = (
    OSError,
    ValueError,
    SyntaxError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    EOFError,
    struct.error,
    zlib.error,
    NotImplementedError,
    ZeroDivisionError,
    RuntimeError,
    RecursionError,
    AssertionError,
)


class _StoredTiff(TiffImagePlugin.TiffImageFile):
    """A TIFF that is not turned after decoding: the operators do that without a copy."""

    def load_end(self) -> None:
        self._size = self._tile_size


Opener = Callable[[Any], Image.Image]

#: The one plug-in that may open each sniffed kind.
OPENERS: Final[dict[str, Opener]] = {
    "jpeg": JpegImagePlugin.JpegImageFile,
    "png": PngImagePlugin.PngImageFile,
    "gif": GifImagePlugin.GifImageFile,
    "webp": WebPImagePlugin.WebPImageFile,
    "avif": AvifImagePlugin.AvifImageFile,
    "tiff": _StoredTiff,
    "bmp": BmpImagePlugin.BmpImageFile,
}


def decode(
    source: Source,
    ask: Ask,
    emit: Callable[[ShownForm], None],
    opener: Opener,
    *,
    facts: MediaFacts | None = None,
) -> MediaFacts:
    """Facts of a picture; every distinct frame is emitted. Raises DecodeTrouble, MemoryError.

    ``facts`` are those that a cheaper look at the file has found already.
    """
    return _Decoding(source, Shower(ask=ask, emit=emit), facts).run(opener)


def warm() -> None:
    """Decodes one tiny picture of each kind, so that nothing is loaded later."""
    Image._initialized = 2  # only the plug-ins above; Pillow never looks for others
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    small = Image.new("RGB", (16, 16), "grey")
    for kind in ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "TIFF", "BMP"):
        _warm_kind(small, kind)
    colour.warm()


def _warm_kind(small: Image.Image, kind: str) -> None:
    encoded = io.BytesIO()
    try:
        small.save(encoded, kind)
    except (KeyError, OSError):  # this build of Pillow lacks the codec
        return
    encoded.seek(0)
    opened = OPENERS[kind.lower()](encoded)
    opened.getexif()
    opened.load()


class _Decoding:
    """One picture on its way through Pillow."""

    def __init__(self, source: Source, shower: Shower, facts: MediaFacts | None) -> None:
        self._source, self._shower, self._ask = source, shower, shower.ask
        self._known = facts
        self._reasons: list[str] = list(facts.ambiguous) if facts else []
        self._frames = 0
        self._size = (0, 0)

    def run(self, opener: Opener) -> MediaFacts:
        Image.MAX_IMAGE_PIXELS = self._ask.limits.pixels_max
        try:
            self._all_frames(self._open(opener))
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise DecodeTrouble("refused", "pixels", facts=self._facts()) from None
        except DecodeTrouble as found:
            found.facts = self._facts()
            raise
        except _DAMAGED as error:
            raise DecodeTrouble(*_verdict(error), facts=self._facts()) from None
        return self._facts()

    def _open(self, opener: Opener) -> Image.Image:
        image = opener(self._source.stream())
        check_size(*image.size, self._ask)
        if self._known is None and self._source.data is not None:
            self._note(*tail_reasons(self._source.data, self._end()))
        return image

    def _end(self) -> int:
        data = self._source.data
        if data is None or self._source.kind == "jpeg":
            return -1
        return picture_end(self._source.kind, data)

    def _all_frames(self, image: Image.Image) -> None:
        frames = int(getattr(image, "n_frames", 1))
        limits = self._ask.limits
        if frames > 1:
            self._note("several_frames")
            self._shower.several = True
        budget = animation_budget(self._source.size_bytes, limits.animation_pixels_max)
        for frame in range(frames):
            if self._shower.distinct >= 2 * limits.frames_max or frame >= limits.frames_looked_max:
                self._note("frames_left_out")
                raise DecodeTrouble("refused", "frames")
            if frame:
                image.seek(frame)
                check_size(*image.size, self._ask)
            budget -= image.width * image.height
            if frame and budget < 0:
                self._note("frames_left_out")
                raise DecodeTrouble("refused", "animation")
            self._one_frame(image, frame)

    def _one_frame(self, image: Image.Image, frame: int) -> None:
        orientation, icc = _orientation(image), image.info.get("icc_profile") or b""
        if orientation != 1:
            self._note("exif_orientation")
        full, eighths = self._load(image, icc)
        flags = REDUCED_DECODE if eighths < EIGHTHS else 0
        self._frames += 1
        geometry = Geometry(width=full[0], height=full[1], eighths=eighths, orientation=orientation)
        if frame == 0:
            self._size = geometry.shown_size
        step = EIGHTHS
        if eighths == EIGHTHS:
            step = colour.reduction_for(image, icc, self._ask.limits.reduced_pixels_max)
        if step < EIGHTHS:
            flags |= BOX_REDUCED
            geometry = Geometry(width=full[0], height=full[1], eighths=step, orientation=orientation)
        self._show(colour.to_srgb(colour.reduced(image, step), icc), frame, geometry, flags)

    def _load(self, image: Image.Image, icc: bytes) -> tuple[tuple[int, int], int]:
        """Decodes the frame, a JPEG in mode ``fast`` at reduced size: stored full size, eighths."""
        if isinstance(image, JpegImagePlugin.JpegImageFile):
            full = image.size
            eighths = _draft(image, self._ask, icc)
            image.load()
            return full, eighths
        image.load()
        return image.size, EIGHTHS  # a TIFF knows its stored size only now

    def _show(self, picture: Image.Image, frame: int, geometry: Geometry, flags: int) -> None:
        if picture.mode != "RGBA":
            self._shower.show(frame, colour.array_of(picture), geometry, flags=flags)
            return
        if not colour.is_transparent(picture):
            self._shower.show(frame, colour.array_of(picture.convert("RGB")), geometry, flags=flags)
            return
        self._note("transparency", *(["hidden_colour"] if colour.hides_colour(picture) else []))
        for ground in ("white", "black"):
            shown = colour.array_of(colour.on_ground(picture, ground))
            self._shower.show(frame, shown, geometry, ground=ground, flags=flags)

    def _note(self, *reasons: str) -> None:
        self._reasons += [reason for reason in reasons if reason not in self._reasons]

    def _facts(self) -> MediaFacts:
        known = self._known or MediaFacts(container=self._source.kind, codec=self._source.kind)
        width, height = self._size if self._size != (0, 0) else (known.width, known.height)
        return MediaFacts(
            container=known.container,
            codec=known.codec,
            width=width,
            height=height,
            frames=self._frames,
            ambiguous=tuple(self._reasons),
        )


#: Pixels that any animation may have in all frames together, and how many more a byte of file
#: may stand for; real animations have 2-20 pixels a byte, bombs thousands.
_ANIMATION_PIXELS_FREE: Final = 100_000_000
_ANIMATION_PIXELS_PER_BYTE: Final = 250


def animation_budget(size_bytes: int, pixels_max: int) -> int:
    """Pixels of all frames together that a file of ``size_bytes`` may have decoded."""
    return min(pixels_max, max(_ANIMATION_PIXELS_FREE, _ANIMATION_PIXELS_PER_BYTE * size_bytes))


def _draft(image: JpegImagePlugin.JpegImageFile, ask: Ask, icc: bytes) -> int:
    """Sets Pillow's reduced decode where the mode allows it; eighths of the full size."""
    from tutela.detect.media.pictures_jpeg import scale_for  # the two call each other

    if ask.pdq_mode == "exact" or ask.pixels or ask.crops_percent:
        return EIGHTHS
    full = image.size
    eighths = scale_for(*full, ask)
    grey = "L" if not icc and image.mode == "RGB" and _is_ycc(image) else None
    image.draft(grey, (max(1, full[0] * eighths // EIGHTHS), max(1, full[1] * eighths // EIGHTHS)))
    return eighths


def _is_ycc(image: JpegImagePlugin.JpegImageFile) -> bool:
    """Whether Pillow will find luma in the first component: not for RGB-coded files."""
    return image.info.get("adobe_transform", 1) == 1 or "jfif" in image.info


def _orientation(image: Image.Image) -> int:
    """EXIF orientation 1-8; 1 for a missing or broken one."""
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except _DAMAGED:
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _verdict(error: BaseException) -> tuple[Any, str]:
    """Kind and code of a trouble for an exception of Pillow; texts are Pillow's own constants."""
    text = str(error)
    if "too large" in text or "Too much memory" in text or "exceed" in text:
        return "refused", "text" if "ecompressed" in text or "memory" in text else "memory"
    return "unreadable", "broken"
