"""Slots: places where somebody else's code may stand in for, or beside, tutela's own.

A slot is a Protocol, an entry-point group and a contract check. Installed is not enabled: a plug-in
runs only when its name is asked for, and only after the contract check passed (style.md section 9).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Generic, TypeVar

from tutela.kernel.errors import Conflict, Invalid, Unavailable

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Plugin:
    """One installed plug-in: its slot's group, its name there, and who brought it."""

    group: str
    name: str
    distribution: str
    version: str
    #: ``package.module:object``, as the distribution declared it.
    target: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot(Generic[T]):
    """A place for plug-ins of one kind.

    ``group`` is the entry-point group, ``protocol`` the class that says what a plug-in must offer,
    ``contract`` a plain function that raises AssertionError (with a sentence) when a plug-in breaks it.
    An entry point names a factory: it is called with the plug-in's own settings and returns the instance.
    """

    group: str
    protocol: type[Any]
    contract: Callable[[T], None]

    def installed(self) -> tuple[Plugin, ...]:
        """Every plug-in that some installed distribution offers for this slot, by name."""
        return tuple(sorted(_plugins(self.group), key=lambda plugin: (plugin.name, plugin.distribution)))

    def load(self, name: str, settings: Mapping[str, object] | None = None) -> T:
        """The plug-in's instance, after the contract check.

        Raises Unavailable when nothing of that name is installed or it cannot be imported, Conflict
        when two distributions claim the name, Invalid when it breaks the contract of the slot.
        """
        point = self._entry_point(name)
        try:
            instance = point.load()(**(settings or {}))
        except (ImportError, AttributeError, TypeError) as error:
            kind = type(error).__name__
            raise Unavailable(f"plug-in {name} of {self.group} could not be started ({kind})") from error
        return self.checked(name, instance)

    def load_all(self, enabled: Collection[str]) -> Iterator[T]:
        """The instances of all enabled names, in the order in which they were enabled."""
        return (self.load(name) for name in enabled)

    def checked(self, name: str, instance: T) -> T:
        """``instance`` itself when it keeps the contract; raises Invalid with the broken clause."""
        try:
            self.contract(instance)
        except (AssertionError, AttributeError, TypeError) as error:
            raise Invalid(f"breaks the contract of {self.group}: {error}", field=f"plug-in {name}") from error
        return instance

    def _entry_point(self, name: str) -> EntryPoint:
        found = tuple(entry_points(group=self.group, name=name))
        if not found:
            known = ", ".join(plugin.name for plugin in self.installed()) or "none"
            raise Unavailable(f"no plug-in {name} for {self.group} is installed (installed: {known})")
        if len({point.value for point in found}) > 1:
            owners = ", ".join(sorted(_distribution(point)[0] for point in found))
            raise Conflict(f"plug-in {name} of {self.group} is claimed by several distributions: {owners}")
        return found[0]


def _plugins(group: str) -> Iterator[Plugin]:
    for point in entry_points(group=group):
        distribution, version = _distribution(point)
        yield Plugin(
            group=group, name=point.name, distribution=distribution, version=version, target=point.value
        )


def _distribution(point: EntryPoint) -> tuple[str, str]:
    if point.dist is None:
        return ("unknown", "unknown")
    return (point.dist.name, point.dist.version)
