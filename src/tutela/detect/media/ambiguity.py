"""Why a viewer may show something else than what was hashed: fixed reasons, one bit each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

#: Order = bit on the wire; new reasons go to the end. What each means:
#: ``several_frames``        an animation or several pages: every distinct one is a form;
#: ``exif_orientation``      the encoded picture is turned; the shown orientation is hashed;
#: ``transparency``          some pixels are not opaque: forms on white and on black;
#: ``hidden_colour``         pixels of alpha 0 hold a picture that no viewer shows;
#: ``trailing_data``         bytes follow the end of the picture;
#: ``second_picture``        those bytes hold another picture or film, which was not hashed;
#: ``polyglot``              another format (archive, document, program) is readable in the same bytes;
#: ``embedded_preview``      a preview picture lies inside and may show something else;
#: ``frames_left_out``       more frames than the limit: the later ones were not hashed;
#: ``name_differs``          the extension of the name says another kind (set by the parent);
#: ``several_pictures``      a HEIF collection: only the primary picture and its sequence are forms;
#: ``several_tracks``        a film with more than one video track;
#: ``damaged``               a JPEG in which libjpeg passes over what is wrong; others may do so otherwise.
REASONS: Final = (
    "several_frames",
    "exif_orientation",
    "transparency",
    "hidden_colour",
    "trailing_data",
    "second_picture",
    "polyglot",
    "embedded_preview",
    "frames_left_out",
    "name_differs",
    "several_pictures",
    "several_tracks",
    "damaged",
)

#: What was *not* compared, in words, for the reasons that leave something out. The others (several frames,
#: orientation, transparency) are covered: each of those shown forms was hashed.
LEFT_OUT: Final[Mapping[str, str]] = {
    "hidden_colour": "colours under fully transparent pixels",
    "trailing_data": "data behind the end of the picture",
    "second_picture": "a second picture or film behind its end",
    "polyglot": "another format in the same bytes",
    "embedded_preview": "a preview picture inside it",
    "frames_left_out": "frames beyond the limit",
    "name_differs": "a kind that its name promises and its content is not",
    "several_pictures": "further pictures of a collection",
    "several_tracks": "further picture tracks",
    "damaged": "what another program makes of damaged data",
}
#: The reasons that follow from another one in the same file and would only repeat it.
_IMPLIED: Final[Mapping[str, str]] = {"trailing_data": "second_picture"}


def remark(reasons: Iterable[str]) -> str:
    """One sentence on what a viewer may show that was not compared; empty when there is nothing."""
    held = set(reasons)
    words = [said for reason, said in LEFT_OUT.items() if reason in held and _IMPLIED.get(reason) not in held]
    return f"A viewer may show more than was compared: {', '.join(words)}" if words else ""
