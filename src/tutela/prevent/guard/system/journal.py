"""Changes on the device, each written down before it is made, and undone in reverse order.

The row says what stood there before; it is durable before anything else happens. So a process that is killed
at any point leaves each thing as it was before or as it was to be, and a row that knows both: undoing it is
safe, and safe again. What others changed since is not put back over their heads: what is ours is taken out of
it where that can be done, and otherwise it is left and told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from tutela.kernel.custody.durable import sync_folder
from tutela.kernel.errors import Conflict, Unavailable
from tutela.prevent.guard.person.folder import JOURNAL, Folder
from tutela.prevent.guard.system import gnome
from tutela.prevent.guard.system.changes import Change, Replaced, Unpicking, parse_change, render_change
from tutela.prevent.guard.system.outside_files import Stood, digest, drop_draft, look, put, real, told
from tutela.prevent.guard.system.programs import Programs
from tutela.prevent.guard.system.unpicking import without_block, without_preferences

#: Given a change and its files as they stand, those files without what is ours; None where it cannot be done.
Unpick = Callable[[Change, Mapping[Path, Stood]], Mapping[Path, bytes | None] | None]
_UNPICK: Mapping[Unpicking, Unpick] = {"block": without_block, "preferences": without_preferences}


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """What could not be put back as it was: what it is about, and why."""

    what: str
    why: str


class Journal:
    """The changes of one set-up, in the guard's folder. ``unpick``: further ways to take ours out."""

    def __init__(
        self, folder: Folder, programs: Programs, unpick: Mapping[Unpicking, Unpick] | None = None
    ) -> None:
        self._folder, self._programs = folder, programs
        self._unpick = {**_UNPICK, **(unpick or {})}

    # -- making changes ------------------------------------------------------------------------

    def write_files(
        self,
        files: Mapping[Path, bytes],
        *,
        mode: int = 0o600,
        unpick: Unpicking = "none",
        ours: bytes = b"",
    ) -> None:
        """Return once the files have their new content. A file that was there keeps its mode."""
        replaced, wanted = [], []
        for path, data in ((real(one), data) for one, data in files.items()):
            stood = look(path)
            if stood.data != data:
                self.make_folders(path.parent, mode=_folder_mode(mode))
                replaced.append(Replaced(path=path, before=stood, after=digest(data)))
                kept_mode = mode if stood.data is None else stood.mode
                wanted.append((path, Stood(data=data, mode=kept_mode)))
        if replaced:
            change = self._begin(
                Change(token=token_hex(8), kind="files", files=tuple(replaced), unpick=unpick, ours=ours)
            )
            for path, new in wanted:
                put(path, new, token=change.token)

    def write_new(self, path: Path, data: bytes, *, mode: int = 0o600) -> None:
        """Return once a file that was not there is there. Raises Conflict where something is."""
        if path.is_symlink() or path.exists():
            raise Conflict(f"{path} is there already: choose another name")
        self.write_files({path: data}, mode=mode)

    def make_folders(self, path: Path, *, mode: int = 0o700) -> None:
        """Return once the folder is there, with those above it; those that are made get this mode."""
        missing = [one for one in (path, *path.parents) if not one.exists()]
        for one in reversed(missing):
            self._begin(Change(token=token_hex(8), kind="folder", words=(str(one),)))
            with told(one):
                one.mkdir(mode=0o700, exist_ok=True)
                one.chmod(mode)
                sync_folder(one.parent)

    def link(self, path: Path, target: str) -> None:
        """Return once ``path`` is a link to ``target``. Raises Conflict where something else is there."""
        if path.is_symlink() and str(path.readlink()) == target:
            return
        if path.is_symlink() or path.exists():
            raise Conflict(f"{path} is there already: choose another name")
        self.make_folders(path.parent)
        self._begin(Change(token=token_hex(8), kind="link", words=(str(path), target)))
        with told(path):
            path.symlink_to(target)

    def set_setting(self, schema: str, key: str, value: str) -> None:
        """Return once a GNOME setting has this value, a GVariant text as ``gsettings get`` prints it."""
        before = gnome.own_value(self._programs, schema, key)
        if before != value:
            self._begin(Change(token=token_hex(8), kind="setting", words=(schema, key, before, value)))
            gnome.set_value(self._programs, schema, key, value)

    def run_on_the_way_back(self, *arguments: str) -> None:
        """Have a program run once everything after this row is undone."""
        self._begin(Change(token=token_hex(8), kind="run", words=arguments))

    def _begin(self, change: Change) -> Change:
        """The change, once its row is durable."""
        numbers = [int(path.name) for path in self._paths()]
        self._folder.write(f"{JOURNAL}/{max(numbers, default=0) + 1:06}", render_change(change))
        return change

    # -- the way back --------------------------------------------------------------------------

    def changes(self) -> tuple[Change, ...]:
        """Every change that is not undone and can be read, in the order in which they were made."""
        return tuple(one for one in map(self._readable, self._paths()) if one is not None)

    def undo(self) -> tuple[Left, ...]:
        """What could not be put back. Can be called again after a kill, or after Unavailable or Conflict."""
        left: list[Left] = []
        for path in reversed(self._paths()):
            left += self._undo_row(path)
            self._folder.remove(f"{JOURNAL}/{path.name}")
        return tuple(left)

    def _paths(self) -> list[Path]:
        folder = self._folder.path / JOURNAL
        return sorted(path for path in folder.glob("[0-9]*") if path.name.isdecimal())

    def _readable(self, path: Path) -> Change | None:
        """The change of a row; None where the row is damaged."""
        try:
            return parse_change(self._folder.read(f"{JOURNAL}/{path.name}") or b"")
        except (ValueError, KeyError, TypeError):
            return None

    def _undo_row(self, path: Path) -> Sequence[Left]:
        """What could not be put back of one row. One that is damaged, or needs what is gone, is told."""
        change = self._readable(path)
        if change is None:
            return [Left(what=f"row {path.name} of what was changed", why="the row is damaged")]
        try:
            return self._undo(change)
        except Unavailable as error:
            if change.kind in {"setting", "run"}:
                return [Left(what=" ".join(change.words), why=error.message)]
            raise

    def _undo(self, change: Change) -> Sequence[Left]:
        match change.kind:
            case "files":
                return self._undo_files(change)
            case "folder":
                return _undo_folder(Path(change.words[0]))
            case "link":
                return _undo_link(Path(change.words[0]), change.words[1])
            case "setting":
                return self._undo_setting(*change.words)
            case "run":
                return self._undo_run(change.words)

    def _undo_files(self, change: Change) -> Sequence[Left]:
        now = {file.path: look(file.path) for file in change.files}
        for file in change.files:
            drop_draft(file.path, token=change.token)
        if all(now[file.path].digest in {file.after, file.before.digest} for file in change.files):
            for file in change.files:
                if now[file.path].data != file.before.data:
                    put(file.path, file.before, token=change.token)
            return ()
        mended = self._without_ours(change, now)
        if mended is None:
            return [Left(what=str(one.path), why="it was changed since by others") for one in change.files]
        for path, data in mended.items():
            if now[path].data != data:
                put(path, Stood(data=data, mode=now[path].mode), token=change.token)
        return ()

    def _without_ours(self, change: Change, now: Mapping[Path, Stood]) -> Mapping[Path, bytes | None] | None:
        """The files without what is ours; None where nobody knows how, or a program for it is gone."""
        try:
            unpick = self._unpick.get(change.unpick)
            return unpick(change, now) if unpick else None
        except Unavailable:
            return None

    def _undo_setting(self, schema: str, key: str, before: str, ours: str) -> Sequence[Left]:
        now = gnome.own_value(self._programs, schema, key)
        if now == ours:
            gnome.set_value(self._programs, schema, key, before)
        elif now != before:
            return [Left(what=f"{schema} {key}", why="it was changed since by others")]
        return ()

    def _undo_run(self, arguments: Sequence[str]) -> Sequence[Left]:
        if self._programs.run(arguments).code:
            return [Left(what=" ".join(arguments), why="the program failed")]
        return ()


def _folder_mode(mode: int) -> int:
    """The mode of a folder for files of this mode: whoever may read them may look for them."""
    return mode | (mode & 0o444) >> 2 | 0o100


def _undo_folder(path: Path) -> Sequence[Left]:
    """Takes away a folder that was made, where nobody has put anything into it."""
    with told(path):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    return ()


def _undo_link(path: Path, target: str) -> Sequence[Left]:
    with told(path):
        if path.is_symlink() and str(path.readlink()) == target:
            path.unlink()
    return ()
