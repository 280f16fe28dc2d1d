"""The benign collection: a folder to scan, and beside it the originals that the demo declares *known*.

Half of the originals are declared. Of these the collection holds the very file (under another name),
altered copies in thirteen kinds, and copies inside an archive; of the others it holds the same, and
nothing of it may be found.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from tutela.demo.copies import THIRTEEN, Variant, jpeg
from tutela.demo.films import FilmPlan, write_film
from tutela.demo.pictures import landscape_of
from tutela.kernel.errors import Conflict

Say = Callable[[str], None]

#: Lies in a folder that the demo made, so that it never removes one that it did not make.
MARKER = ".tutela-demo"
#: Pictures; each second one is declared known.
PICTURES = 24
#: Sizes in megapixels, in turn.
SIZES = ("0.3", "0.8", "0.3", "2")
#: Films; each second one is declared known.
FILMS = 4
FILM = FilmPlan(seconds=10, width=320, height=240, rate_hz=10)
#: A film as a chat program would send it on: smaller, slower, fewer bits.
SMALLER_FILM = FilmPlan(seconds=10, width=240, height=180, rate_hz=8, bits_per_second=250_000)
ARCHIVE = "backup.zip"
#: Seed of the first picture and film: any number, the same on every machine.
SEED = 2_000
README = """This folder was made by `tutela demo`. Every picture and film in it was generated from a number.

collection/       what is scanned: pictures, films, altered copies, an archive, a damaged file
declared-known/   originals that the demo declares known; the list is built from them
demo.tlist        that list
findings/         what the scan found: report.html, findings.jsonl, findings.csv
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """Where the parts of the demo lie."""

    root: Path

    @property
    def collection(self) -> Path:
        """The folder that is scanned."""
        return self.root / "collection"

    @property
    def declared(self) -> Path:
        """The originals that the demo declares known."""
        return self.root / "declared-known"

    @property
    def list_file(self) -> Path:
        """The list built from them."""
        return self.root / "demo.tlist"

    @property
    def findings(self) -> Path:
        """The output folder of the scan."""
        return self.root / "findings"


@dataclass(frozen=True, kw_only=True, slots=True)
class Original:
    """One generated picture, its JPEG bytes, and whether the demo declares it known."""

    name: str
    picture: Image.Image
    data: bytes
    declared: bool


def make_root(root: Path) -> Places:
    """``root``, empty but for a note about what it is. Conflict when it holds something else."""
    if root.exists():
        if not (root / MARKER).is_file() and any(root.iterdir()):
            raise Conflict(f"{root} exists and was not made by tutela demo; choose another folder")
        shutil.rmtree(root)
    places = Places(root=root)
    for folder in (places.collection, places.declared):
        folder.mkdir(parents=True)
    (root / MARKER).touch()
    (root / "README.txt").write_text(README, encoding="utf-8")
    return places


def originals(count: int = PICTURES) -> Iterator[Original]:
    """The generated pictures, one after the other; the even ones are declared known."""
    for number in range(count):
        picture = landscape_of(SEED + number, SIZES[number % len(SIZES)])
        yield Original(
            name=f"picture-{number:02d}",
            picture=picture,
            data=jpeg(picture, quality=88),
            declared=number % 2 == 0,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Planted:
    """What a scan has to find: paths below the collection (``archive!/member`` inside the archive)."""

    exact: set[str] = field(default_factory=set)
    altered: set[str] = field(default_factory=set)


class Builder:
    """Fills the folders and remembers what it planted."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.planted = Planted()
        self._archive: list[tuple[str, bytes]] = []

    def build(self, say: Say, *, pictures: int = PICTURES, films: int = FILMS) -> None:
        """The whole collection, with a line before each longer step."""
        say(f"1/6  drawing {pictures} pictures and their altered copies (a few seconds)")
        for number, original in enumerate(originals(pictures)):
            self._add_picture(number, original)
        say(f"2/6  filming {films} films of {FILM.seconds:g} seconds, and copies of them (a few seconds)")
        for number in range(films):
            self._add_film(number)
        self._add_archive()
        self._add_troubles()

    def _add_picture(self, number: int, original: Original) -> None:
        """The file itself, two altered copies, and for every third a copy in the archive."""
        if original.declared:
            self._write(self.places.declared / f"{original.name}.jpg", original.data)
        self._put(
            f"camera/IMG_{4100 + number}.jpg", original.data, self.planted.exact, declared=original.declared
        )
        for variant in self._variants_of(number):
            copy = variant.of(original.picture)
            name = f"downloads/{original.name} ({variant.name}){copy.suffix}".replace("%", "percent")
            self._put(name, copy.data, self.planted.altered, declared=original.declared)
        if number % 3 == 0:
            self._archive.append((f"holiday/{original.name}.jpg", original.data))
            if original.declared:
                self.planted.exact.add(f"{ARCHIVE}!/holiday/{original.name}.jpg")

    @staticmethod
    def _variants_of(number: int) -> tuple[Variant, ...]:
        """Two kinds of copy a picture, so that declared and other pictures meet all thirteen kinds."""
        first = number // 2 * 2
        return THIRTEEN[first % len(THIRTEEN)], THIRTEEN[(first + 1) % len(THIRTEEN)]

    def _add_film(self, number: int) -> None:
        declared = number % 2 == 0
        seed = SEED + number
        name = f"films/clip-{number}.mp4"
        path = self.places.collection / name
        path.parent.mkdir(exist_ok=True)
        write_film(path, seed, FILM)
        write_film(path.with_name(f"clip-{number}-smaller.mp4"), seed, SMALLER_FILM)
        if declared:
            shutil.copyfile(path, self.places.declared / path.name)
            self.planted.exact.add(name)
            self.planted.altered.add(f"films/clip-{number}-smaller.mp4")

    def _add_archive(self) -> None:
        path = self.places.collection / ARCHIVE
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in self._archive:
                archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data)

    def _add_troubles(self) -> None:
        """A picture cut off in the middle, a document that is no container we open, a plain text."""
        whole = jpeg(landscape_of(SEED - 1, "0.3"), quality=88)
        self._write(self.places.collection / "camera/IMG_9999.jpg", whole[: len(whole) // 3])
        self._write(self.places.collection / "letter.pdf", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n")
        self._write(self.places.collection / "notes.txt", b"Nothing to see in this file.\n")

    def _put(self, name: str, data: bytes, known: set[str], *, declared: bool) -> None:
        self._write(self.places.collection / name, data)
        if declared:
            known.add(name)

    @staticmethod
    def _write(path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
