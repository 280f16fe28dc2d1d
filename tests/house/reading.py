"""Reads the repository for the house rules: which files git keeps, and the syntax tree of each module."""

from __future__ import annotations

import ast
import gc
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCE = ROOT / "src" / "tutela"


@dataclass(frozen=True, kw_only=True)
class Module:
    """One Python file: its path below the repository, its text and its tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """Dotted name without ``src`` and ``.py``: ``tutela.kernel.ids``, ``tests.kernel.test_ids``."""
        return self.path.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def in_product(self) -> bool:
        """True below ``src/tutela``."""
        return self.path.startswith("src/tutela/")


def module_of(text: str, path: str = "src/tutela/kernel/example.py") -> Module:
    """A module from text, for the examples of a rule."""
    return Module(path=path, text=text, tree=ast.parse(text))


@cache
def kept_files() -> tuple[str, ...]:
    """Every file that git keeps or would keep, as paths below the repository, in order."""
    asked = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True)
    return tuple(sorted(path for path in set(done.stdout.splitlines()) if (ROOT / path).is_file()))


@cache
def modules() -> tuple[Module, ...]:
    """Every Python file of the repository but migrations, which Django writes.

    Millions of nodes that stay: no collection looks at them again.
    """
    paths = [path for path in kept_files() if path.endswith(".py") and "/migrations/" not in path]
    read = tuple(module_of((ROOT / path).read_text(encoding="utf-8"), path) for path in paths)
    gc.collect()
    gc.freeze()
    return read


@cache
def product() -> tuple[Module, ...]:
    """Every module of the product."""
    return tuple(module for module in modules() if module.in_product)
