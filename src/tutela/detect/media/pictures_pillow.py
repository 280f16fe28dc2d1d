"""Pictures through Pillow: one plug-in per sniffed kind, every distinct frame, alpha on two grounds."""

from __future__ import annotations

import io
import itertools
import struct
import warnings
import zlib
from collections.abc import Callable
from dataclasses import dataclass
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
from tutela.detect.media.ends import TooManyPartsError, gif_frames, picture_end, webp_size
from tutela.detect.media.examining import Source
from tutela.detect.media.shapes import Ask, MediaFacts, ShownForm
from tutela.detect.media.shown import BOX_REDUCED, REDUCED_DECODE, Shower, check_size, free_bytes
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


#: Compression RLE8 and RLE4 of a bitmap, and the size up to which they are decoded.
_BMP_RUN_LENGTHS: Final = (b"\x01", b"\x02")
_BMP_RUNS_BYTES_MAX: Final = 2 << 20
#: Kinds of several frames or pages.
_ANIMATED: Final = frozenset({"png", "gif", "webp", "avif", "tiff", "heic"})
#: Memory in bytes that a decoder needs for each pixel, where it is more than the 4 of Pillow's
#: own picture and the 3 of its copy (measured): WebP keeps two canvases, a copy and the picture;
#: AVIF the planes of two frames, a copy and the picture.
_BYTES_PER_PIXEL: Final = {"webp": 16.0, "avif": 9.0, "heic": 9.0}


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


@dataclass(frozen=True, kw_only=True, slots=True)
class FirstLook:
    """What a cheaper look at a JPEG has found already, and how it should be decoded.

    ``eighths`` is the scale of the decode; ``grey`` allows luma alone.
    """

    facts: MediaFacts | None = None
    eighths: int = EIGHTHS
    grey: bool = False


def decode(
    source: Source,
    ask: Ask,
    emit: Callable[[ShownForm], None],
    opener: Opener,
    look: FirstLook | None = None,
) -> MediaFacts:
    """Facts of a picture; every distinct frame is emitted. Raises DecodeTrouble, MemoryError."""
    return _Decoding(source, Shower(ask=ask, emit=emit), look or FirstLook()).run(opener)


def warm() -> None:
    """Decodes one tiny picture of each kind, so that nothing is loaded later."""
    Image._initialized = 2  # only the plug-ins above; Pillow never looks for others
    warnings.simplefilter("ignore")  # nobody could see them
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    # Frames stay in the palette where they can: a quarter of the memory of RGB.
    GifImagePlugin.LOADING_STRATEGY = GifImagePlugin.LoadingStrategy.RGB_AFTER_DIFFERENT_PALETTE_ONLY
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

    def __init__(self, source: Source, shower: Shower, look: FirstLook) -> None:
        self._source, self._shower, self._ask = source, shower, shower.ask
        self._known, self._eighths, self._grey = look.facts, look.eighths, look.grey
        facts = look.facts
        self._reasons: list[str] = list(facts.ambiguous) if facts else []
        self._frames = 0
        self._size = (0, 0)

    def run(self, opener: Opener) -> MediaFacts:
        Image.MAX_IMAGE_PIXELS = self._ask.limits.pixels_max // 2  # Pillow refuses above twice this
        try:
            self._all_frames(self._open(opener))
        except Image.DecompressionBombError:
            raise DecodeTrouble("refused", "pixels", facts=self._facts()) from None
        except DecodeTrouble as found:
            found.facts = self._facts()
            raise
        except _DAMAGED as error:
            raise DecodeTrouble(*_verdict(error), facts=self._facts()) from None
        return self._facts()

    def _open(self, opener: Opener) -> Image.Image:
        self._check_announced_size()
        self._check_runs()
        if self._known is None and self._source.data is not None:
            self._note(*tail_reasons(self._source.data, self._end()))
        image = opener(self._source.stream())
        check_size(*image.size, self._ask)
        self._check_memory(*image.size)
        return image

    def _check_announced_size(self) -> None:
        """A WebP's canvas is allocated when it is opened, so its size is checked before."""
        size = webp_size(self._source.head) if self._source.kind == "webp" else None
        if size is not None:
            check_size(*size, self._ask)
            self._check_memory(*size)

    def _check_runs(self) -> None:
        """Pillow decodes run-length bitmaps in Python, half a microsecond for each run."""
        head = self._source.head
        runs = self._source.kind == "bmp" and head[30:31] in _BMP_RUN_LENGTHS
        if runs and self._source.size_bytes > _BMP_RUNS_BYTES_MAX:
            raise DecodeTrouble("refused", "parts")

    def _check_memory(self, width: int, height: int) -> None:
        """Refuses at once what would only fail after a second of decoding."""
        needed = width * height * _BYTES_PER_PIXEL.get(self._source.kind, 0) + self._source.size_bytes
        if needed > free_bytes(self._ask.limits):
            raise DecodeTrouble("refused", "memory")

    def _end(self) -> int:
        data = self._source.data
        if data is None or self._source.kind == "jpeg":
            return -1
        try:
            return picture_end(self._source.kind, data)
        except TooManyPartsError:
            raise DecodeTrouble("refused", "parts") from None

    def _all_frames(self, image: Image.Image) -> None:
        """Shows frame after frame; counting them first would cost a hostile file nothing and us much."""
        limits = self._ask.limits
        whole = self._announced_frames(image) * image.width * image.height
        budget = animation_budget(self._source.size_bytes, limits.animation_pixels_max, whole)
        self._shower.several = self._source.kind in _ANIMATED
        for frame in itertools.count():
            if frame and not self._next_frame(image, frame):
                return
            budget -= image.width * image.height
            self._check_limits(frame, budget)
            self._one_frame(image, frame)

    def _announced_frames(self, image: Image.Image) -> int:
        """Frames that the file says it has; 0 when nobody knows without decoding (TIFF)."""
        if self._source.kind == "gif":
            return 0 if self._source.data is None else gif_frames(self._source.data)
        return 0 if self._source.kind == "tiff" else int(getattr(image, "n_frames", 1))

    def _next_frame(self, image: Image.Image, frame: int) -> bool:
        """Whether there is another frame, which is then the current one."""
        try:
            image.seek(frame)
        except EOFError:
            return False
        self._note("several_pictures" if self._source.kind == "heic" else "several_frames")
        check_size(*image.size, self._ask)
        return True

    def _check_limits(self, frame: int, budget: int) -> None:
        limits = self._ask.limits
        over = ""
        if self._shower.distinct >= limits.frames_max or frame >= limits.frames_looked_max:
            over = "frames"
        elif frame and budget < 0:
            over = "animation"
        if over:
            self._note("frames_left_out")
            raise DecodeTrouble("refused", over)

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
            _draft(image, self._eighths, grey=self._grey and not icc)
            image.load()
            return full, self._eighths
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
_ANIMATION_PIXELS_FREE: Final = 60_000_000
_ANIMATION_PIXELS_PER_BYTE: Final = 250


def animation_budget(size_bytes: int, pixels_max: int, announced_pixels: int = 0) -> int:
    """Pixels of all frames together that a file of ``size_bytes`` may have decoded.

    An animation that announces more than it may have gets only the free part: its first frames.
    """
    allowed = min(pixels_max, max(_ANIMATION_PIXELS_FREE, _ANIMATION_PIXELS_PER_BYTE * size_bytes))
    return allowed if announced_pixels <= allowed else min(pixels_max, _ANIMATION_PIXELS_FREE)


def _draft(image: JpegImagePlugin.JpegImageFile, eighths: int, *, grey: bool) -> None:
    """Sets Pillow's reduced decode; libjpeg rounds the sides up, as ``reduced_size`` does."""
    luma = "L" if grey and image.mode == "RGB" else None
    if luma or eighths < EIGHTHS:
        image.draft(
            luma, (max(1, image.width * eighths // EIGHTHS), max(1, image.height * eighths // EIGHTHS))
        )


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
