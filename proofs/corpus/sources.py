"""The packages that hold benign pictures, and which of their folders hold photographs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Origin = Literal["debian", "npm", "pypi"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One package in one version.

    ``photographs``: parts of paths whose pictures were seen to be photographs. ``left_out``: parts of
    paths that are not taken (captured screens, drawings beside photographs). ``small``: belongs to the
    smaller set that a continuous-integration run fetches.
    """

    origin: Origin
    name: str
    version: str
    photographs: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    small: bool = False

    @property
    def folder(self) -> str:
        """Name of the folder it is unpacked into, below ``.proofs/corpus``."""
        return f"{self.origin}-{self.name}"


#: Chosen from models.md section 11.2 for many distinct pictures in few megabytes (about 380 MB to fetch).
#: Portraits of web themes and captured screens of documentation are left out (models.md section 11.1).
SOURCES: tuple[Source, ...] = (
    Source(
        origin="debian", name="lomiri-wallpapers-16.04", version="20.04.0-2", photographs=("_by_",),
        left_out=("Infinite-Sea", "Fogpattern"), small=True,
    ),
    Source(
        origin="debian", name="mate-backgrounds", version="1.26.0-1", photographs=("mate/nature/",),
        small=True,
    ),
    Source(
        origin="debian", name="opencv-doc", version="4.6.0+dfsg-12",
        photographs=("examples/data/", "examples/hfs/", "examples/text/"),
        left_out=("opencv4/html/", "starry", "pic2", "pca_test", "fuzzy/"),
    ),
    Source(
        origin="debian", name="kphotoalbum", version="5.9.1-1", photographs=("kphotoalbum/demo/",),
        left_out=("/doc/", "/pics/"),
    ),
    Source(
        origin="debian", name="palapeli-data", version="4:22.12.3-1", photographs=("collection/",),
        left_out=("/doc/",),
    ),
    Source(origin="npm", name="tabler-ui", version="0.0.34", photographs=("demo/photos/",), small=True),
    Source(
        origin="npm", name="startbootstrap-creative", version="7.0.7", photographs=("portfolio/",),
        small=True,
    ),
    Source(
        origin="npm", name="admin-lte", version="3.2.0", photographs=("img/photo",),
        left_out=("user", "avatar"),
    ),
    Source(
        origin="pypi", name="scikit-image", version="0.26.0", photographs=("skimage/data/",),
        left_out=("ihc", "lfw"), small=True,
    ),
    Source(origin="debian", name="lomiri-wallpapers-20.04", version="20.04.0-2"),
    Source(origin="debian", name="ukui-wallpapers", version="20.04.3-1.1"),
    Source(origin="debian", name="gnome-backgrounds", version="43.1-1"),
    Source(origin="debian", name="plasma-workspace-wallpapers", version="4:5.27.5-2"),
)  # fmt: skip
