"""The neutral names under which the guard runs: whoever looks at the device learns nothing from them.

People asked before feared discovery most (prevention.md A1). It hides from others who use the device; the
owner sees that it runs by the sign they chose, and how to leave.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Literal, get_args
from unicodedata import normalize

from tutela.kernel.formats import check_version

#: Version of the file.
FORMAT = 1
#: The icons that are there to choose from.
Icon = Literal["circle", "leaf", "page", "cup"]
#: Words that no name may hold, with or without what is no letter between them: they would give it away.
FORBIDDEN = ("tutela", "mitmproxy")
#: Folders and units of others that every such device has.
_TAKEN = frozenset({"applications", "icons", "systemd", "default", "basic", "dbus", "keyrings", "trash"})

#: What is shown: letters, digits and single blanks, 2 to 40 characters.
_NAME = re.compile(r"(?=.{2,40}\Z)[^\W_]+( [^\W_]+)*")
#: A certificate's subject, in the letters of a PrintableString; 64 is X.520's limit.
_SUBJECT = re.compile(r"(?=.{2,60}\Z)[A-Za-z0-9]+([ -][A-Za-z0-9]+)*", re.ASCII)
#: A unit's or a folder's name: what needs no quoting in a unit, a path, a shell or a desktop file.
_PLAIN = re.compile(r"(?=.{2,40}\Z)[a-z][a-z0-9]*(-[a-z0-9]+)*", re.ASCII)
_FORMS: Mapping[str, tuple[re.Pattern[str], str]] = {
    "name": (_NAME, "2 to 40 letters, digits and single blanks"),
    "subject": (_SUBJECT, "2 to 60 letters from a to z, digits, single blanks and hyphens"),
    "service": (_PLAIN, "2 to 40 small letters from a to z, digits and single hyphens"),
    "folder": (_PLAIN, "2 to 40 small letters from a to z, digits and single hyphens"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Discretion:
    """The names. Raises ValueError naming a field that breaks where it has to stand, or tells what it is."""

    name: str
    icon: Icon
    service: str
    subject: str
    folder: str

    def __post_init__(self) -> None:
        for field, (form, asked) in _FORMS.items():
            value = getattr(self, field)
            if not isinstance(value, str) or not form.fullmatch(value):
                raise ValueError(f"{field}: {asked}")
            if any(word in _letters(value) for word in FORBIDDEN):
                raise ValueError(f"{field}: a name that does not tell what it is")
            if value in _TAKEN:
                raise ValueError(f"{field}: the device uses this name already")
        if self.icon not in get_args(Icon):
            raise ValueError(f"icon: one of {', '.join(get_args(Icon))}")

    @property
    def words(self) -> tuple[str, ...]:
        """Every name that was chosen, each once: what must not be found any more after leaving."""
        return tuple(dict.fromkeys((self.name, self.service, self.subject, self.folder)))


def _letters(name: str) -> str:
    """The letters of a name alone, as small ones without accents."""
    return "".join(one for one in normalize("NFKD", name).casefold() if one.isalpha() and one.isascii())


def offered() -> tuple[Discretion, ...]:
    """Names to choose from; the first is the one that is taken where nobody chooses."""
    return (
        _from("Quiet Pages", icon="page"),
        _from("Evening Light", icon="circle"),
        _from("Green Desk", icon="leaf"),
    )


def _from(name: str, *, icon: Icon) -> Discretion:
    plain = name.lower().replace(" ", "-")
    return Discretion(name=name, icon=icon, service=plain, subject=f"{name} Local", folder=plain)


def render_discretion(names: Discretion) -> str:
    """The one text of these names."""
    return json.dumps({"format": FORMAT, **asdict(names)}, indent=2, sort_keys=True) + "\n"


def parse_discretion(untrusted_text: str) -> Discretion:
    """The names of a text that ``render_discretion`` wrote. Raises ValueError."""
    row = json.loads(untrusted_text)
    if not isinstance(row, dict):
        raise ValueError("names are a JSON object")
    check_version("the names", row.pop("format", None), reads=FORMAT)
    if set(row) != {field.name for field in fields(Discretion)}:
        raise ValueError("names have a name, an icon, a service, a subject and a folder")
    return Discretion(**row)
