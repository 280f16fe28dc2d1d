"""Films through PyAV, inside the sealed worker: one reduction for each sampled frame.

The demuxer is forced by the sniffed content and reads one seekable descriptor; nothing the film
names is ever opened (threat model ST-05). One thread, because the worker has one core's budget.
The sample aspect ratio is ignored: PDQ scales both sides to 64, so stretching changes nothing.
"""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final, Literal, NoReturn

import av
import numpy as np
from av.container import InputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

from tutela.detect.media import film_frames
from tutela.detect.media.film_ends import declared_end
from tutela.detect.media.film_keys import KeyFrames
from tutela.detect.media.shapes import Ask, FilmMode, Limits, MediaFacts, ShownForm
from tutela.detect.media.sniff import HEAD_BYTES, sniff
from tutela.detect.media.squashing import squashed
from tutela.detect.media.troubles import DecodeTrouble

#: Sniffed kind to the one demuxer that may read it (names of libavformat).
DEMUXERS: Final = {
    "mp4": "mov",
    "mkv": "matroska",
    "avi": "avi",
    "mpegps": "mpeg",
    "mpegts": "mpegts",
    "flv": "flv",
    "asf": "asf",
    "ogg": "ogg",
}
#: What skips the frames that no other frame refers to: 2.1x the speed, the same hashes
#: within 2 bits (performance.md section 5, mode *standard*).
SKIP_FRAME: Final[dict[FilmMode, Literal["NONREF", "DEFAULT"]]] = {
    "standard": "NONREF",
    "exact": "DEFAULT",
    "keys": "NONREF",
}
#: Samples a side, for each one of a classifier's square, to which a frame is brought before it is squashed.
_SQUASH_GAP: Final = 4
#: Letters that are none in a film's metadata raise nothing. PyAV 19 has no option for that and never raises.
_METADATA: Final[dict[str, Any]] = (
    {"metadata_errors": "replace"} if int(av.__version__.partition(".")[0]) < 19 else {}
)
#: Bytes read at once from the descriptor.
READ_BYTES: Final = 1 << 18
#: Durations above this are nonsense of a header and are reported as this (about 3 years; eight digits).
DURATION_SECONDS_MAX: Final = 99_999_999.0
#: Bytes of frames after which their memory is given back. A frame whose side data was read is part of a
#: reference cycle in PyAV 18, so it lives on until the collector runs: 500 MB in 12 s of 720p.
HELD_BYTES_MAX: Final = 32 << 20
#: Damaged packets in a row after which the rest of a film is given up.
DAMAGED_PACKETS_MAX: Final = 1_000

Emit = Callable[[ShownForm], None]


def warm() -> None:
    """Decodes a tiny film once, so that no library is loaded after the seal."""
    frames = film_frames.tiny_film()
    try:
        decode_film(frames, Ask(film_mode="exact", pixels=True), lambda form: None)
        decode_film(frames, Ask(film_mode="keys", pixels=True, pixels_side=16), lambda form: None)
    finally:
        frames.close()


def _refuse_other_files(url: str, flags: int, options: dict[str, str]) -> NoReturn:
    raise PermissionError("a film may not open anything else")


def decode_film(stream: BinaryIO, ask: Ask, emit: Emit) -> MediaFacts:
    """Facts of the film, after one upright form for each sampled frame went to ``emit``.

    ``stream`` is a seekable binary file object. Raises ``DecodeTrouble``; the forms that were sent
    before it stay valid, and its ``facts`` count them. ``crops_percent`` does not apply to films:
    derived frames would change the percentages of vPDQ.
    """
    run = _Run(ask=ask, emit=emit)
    size_bytes = stream.seek(0, 2)
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    kind = sniff(head)
    stream.seek(0)
    if kind == "playlist":
        raise DecodeTrouble("refused", "playlist")
    if kind not in DEMUXERS:
        raise DecodeTrouble("not_media", "other_kind")
    facts = MediaFacts(container=kind)
    try:
        with _open(stream, kind, ask.film_mode) as film:
            track, ambiguous = _picture_track(film)
            facts = _facts(film, track, kind, ambiguous)
            _check_declared(track, size_bytes, ask.limits)
            run.decode(film, track)
            _check_end(track, size_bytes, run, cut_off=size_bytes < declared_end(kind, head))
    except DecodeTrouble as trouble:
        trouble.facts = run.counted(facts)
        raise
    except MemoryError as error:
        raise DecodeTrouble("refused", "memory", facts=run.counted(facts)) from error
    except (av.FFmpegError, ValueError, OSError) as error:
        raise DecodeTrouble("unreadable", "broken", facts=run.counted(facts)) from error
    finally:
        gc.collect()  # the decoder and the last frames, before the worker's next film
    return run.counted(facts)


def _open(stream: BinaryIO, kind: str, mode: FilmMode) -> InputContainer:
    # Frames that a list of edits leaves out cannot be missed by one who looks for what some player may show.
    options = {"ignore_editlist": "1"} if mode == "keys" and kind == "mp4" else {}
    film: InputContainer = av.open(
        stream,
        "r",
        format=DEMUXERS[kind],
        buffer_size=READ_BYTES,
        io_open=_refuse_other_files,
        options=options,
        **_METADATA,
    )
    return film


def _picture_track(film: InputContainer) -> tuple[VideoStream, tuple[str, ...]]:
    """(the first moving track, what a viewer might show besides it)."""
    attached = av.stream.Disposition.attached_pic
    tracks = [s for s in film.streams.video if not s.disposition & attached]
    if not tracks:
        raise DecodeTrouble("not_media", "sound")
    if not _has_decoder(tracks[0]):
        raise DecodeTrouble("unreadable", "no_decoder")
    ambiguous = []
    if len(tracks) > 1:
        ambiguous.append("several_tracks")
    if len(tracks) < len(film.streams.video):
        ambiguous.append("embedded_preview")
    return tracks[0], tuple(ambiguous)


def _has_decoder(track: VideoStream) -> bool:
    context: object | None = track.codec_context
    return context is not None


def _facts(film: InputContainer, track: VideoStream, kind: str, ambiguous: tuple[str, ...]) -> MediaFacts:
    duration = (film.duration or 0) / av.time_base
    codec = track.codec_context
    return MediaFacts(
        container=kind,
        codec=codec.name,
        width=codec.width,
        height=codec.height,
        duration_seconds=min(max(duration, 0.0), DURATION_SECONDS_MAX),
        ambiguous=ambiguous,
    )


def _check_declared(track: VideoStream, size_bytes: int, limits: Limits) -> None:
    """Refuses what the header alone gives away: absurd sides, more frames than bytes, shared samples."""
    codec = track.codec_context
    if codec.width * codec.height > limits.pixels_max or max(codec.width, codec.height) > limits.side_max:
        raise DecodeTrouble("refused", "pixels")
    if track.frames > size_bytes or len(track.index_entries) > size_bytes:
        raise DecodeTrouble("refused", "declared")
    if track.frames <= limits.film_frames_max:
        return
    # A film of that many frames is looked at more closely: samples that share their bytes make
    # hours out of kilobytes, as overlapping members do in a zip.
    if sum(entry.size for entry in track.index_entries) > size_bytes:
        raise DecodeTrouble("refused", "declared")


def _check_end(track: VideoStream, size_bytes: int, run: _Run, *, cut_off: bool) -> None:
    """DecodeTrouble for a film that gave no frame, or was damaged, or ends before it should."""
    if run.hashed == 0:
        raise DecodeTrouble("unreadable", "no_frames")
    entries = len(track.index_entries)
    last = track.index_entries[entries - 1] if entries else None
    if run.damaged or run.keys.missing or cut_off or (last is not None and last.pos + last.size > size_bytes):
        raise DecodeTrouble("unreadable", "damaged")


@dataclass(kw_only=True)
class _Run:
    """The state of one pass over one film."""

    ask: Ask
    emit: Emit
    hashed: int = 0
    damaged: int = 0
    last_seconds: float = -1.0
    next_seconds: float = 0.0
    held_bytes: int = 0
    turned: bool = False
    keys: KeyFrames = field(default_factory=lambda: KeyFrames(0))
    started_cpu_seconds: float = field(default_factory=time.process_time)

    def decode(self, film: InputContainer, track: VideoStream) -> None:
        _prepare(track, self.ask)
        start = float((track.start_time or 0) * (track.time_base or 0))
        self.keys = KeyFrames(float(track.time_base or 0))
        last: av.VideoFrame | None = None
        for frame in self._frames(film, track):
            untrusted_time: float | None = frame.time
            shown_at = math.nan if untrusted_time is None else untrusted_time - start
            is_key = bool(frame.key_frame)
            self.keys.see(frame.pts, is_key=is_key)
            wanted = self._wanted(shown_at, track, is_key=is_key)
            last = None if wanted else frame
            if wanted:
                self._hash(frame)
        if last is not None and self.ask.film_mode == "keys":
            self._hash(last)

    def _packets(self, film: InputContainer, track: VideoStream) -> Iterator[av.Packet[VideoStream]]:
        packets = film.demux(track)
        return self.keys.chosen(packets) if self.ask.film_mode == "keys" else packets

    def _frames(self, film: InputContainer, track: VideoStream) -> Iterator[av.VideoFrame]:
        damaged_in_a_row = 0
        for packet in self._packets(film, track):
            self._check_cpu()
            if self.keys.ending:
                track.codec_context.skip_frame = "DEFAULT"  # the last frame is the one that stays
            try:
                frames = packet.decode()
            except MemoryError:
                raise
            except av.FFmpegError:
                # A recording that begins in the middle has no start for its first frames. Of one whose key
                # frames alone are looked at each has to be right: a browser draws something for it.
                self.damaged += 1 if self.hashed or self.ask.film_mode == "keys" else 0
                damaged_in_a_row += 1
                if damaged_in_a_row > DAMAGED_PACKETS_MAX:
                    return
                continue
            damaged_in_a_row = 0
            yield from frames

    def _check_cpu(self) -> None:
        if time.process_time() - self.started_cpu_seconds > self.ask.limits.film_cpu_seconds:
            raise DecodeTrouble("refused", "cpu")

    def _wanted(self, untrusted_seconds: float, track: VideoStream, *, is_key: bool) -> bool:
        """Sampling rule of performance.md section 5: the first frame at or after each tick."""
        seconds = untrusted_seconds
        if not math.isfinite(seconds) or not self.last_seconds < seconds < DURATION_SECONDS_MAX:
            # Missing, standing or falling time stamps: count on by the frame rate.
            seconds = self.last_seconds + min(1.0 / float(track.average_rate or 25), 1.0)
        self.last_seconds = min(max(seconds, 0.0), DURATION_SECONDS_MAX)
        if self.ask.film_mode == "exact":
            return True
        if self.last_seconds + 1e-6 < self.next_seconds and not (is_key and self.ask.film_mode == "keys"):
            return False
        period = 1.0 / self.ask.film_rate_hz
        self.next_seconds = (math.floor(self.last_seconds / period + 1e-6) + 1) * period
        return True

    def _hash(self, frame: av.VideoFrame) -> None:
        limits = self.ask.limits
        if self.hashed >= limits.film_frames_max:
            raise DecodeTrouble("refused", "frames")
        if frame.width * frame.height > limits.pixels_max:
            raise DecodeTrouble("refused", "pixels")
        orientation = self._orientation(frame)
        shown = film_frames.show(frame, limits.reduced_pixels_max, orientation)
        self.emit(
            ShownForm(
                form=f"t{self.last_seconds:.3f}/r0",
                frame=self.hashed,
                full_width=shown.width,
                full_height=shown.height,
                luma64=shown.luma64,
                clip_flags=shown.clip_flags,
                pixels=self._pixels(frame, orientation),
            )
        )
        self.hashed += 1

    def _pixels(self, frame: av.VideoFrame, orientation: int) -> NDArray[np.uint8] | None:
        side = self.ask.pixels_side
        if not self.ask.pixels:
            return None
        if not side:
            return film_frames.shown_rgb(frame, self.ask.limits.pixels_max, orientation)
        return squashed(film_frames.shown_rgb(frame, (_SQUASH_GAP * side) ** 2, orientation), side)

    def _orientation(self, frame: av.VideoFrame) -> int:
        """The frame's EXIF orientation. The matrix itself is read on the first frame, which has the
        track's, and wherever a turn is seen: reading it on every frame costs a tenth of the speed."""
        if self.hashed and not self.turned and not frame.rotation:
            return 1
        orientation = film_frames.orientation_of(frame)
        self.turned |= orientation != 1
        self._give_back(frame)
        return orientation

    def _give_back(self, frame: av.VideoFrame) -> None:
        """Collects the frames that are done with, before they amount to much."""
        self.held_bytes += sum(plane.buffer_size for plane in frame.planes)
        if self.held_bytes > HELD_BYTES_MAX:
            self.held_bytes = 0
            gc.collect(1)

    def counted(self, facts: MediaFacts) -> MediaFacts:
        """The facts with the number of frames that were hashed."""
        return MediaFacts(
            container=facts.container,
            codec=facts.codec,
            width=facts.width,
            height=facts.height,
            frames=self.hashed,
            duration_seconds=facts.duration_seconds or max(self.last_seconds, 0.0),
            ambiguous=facts.ambiguous,
        )


def _prepare(track: VideoStream, ask: Ask) -> None:
    codec = track.codec_context
    codec.thread_type = "NONE"
    codec.thread_count = 1
    codec.skip_frame = SKIP_FRAME[ask.film_mode]
    codec.options = {"max_pixels": str(ask.limits.pixels_max)}
    if ask.film_mode == "keys":  # what a decoder makes up for what is damaged, another one makes up otherwise
        codec.options |= {"err_detect": "explode"}
