"""The house rules that a machine can read off one module. Each shows lines it accepts and lines it refuses.

A rule says in its description what to do instead. Add one here, with ``good`` and ``bad`` lines; the tests
in ``test_rules.py`` run it over the repository and try it on its own examples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.house import checks
from tests.house.checks import Complaint
from tests.house.reading import Module


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule: what it asks, the check, examples on both sides. ``applies`` limits it to some modules."""

    name: str
    asks: str
    check: Callable[[Module], Iterator[Complaint]]
    good: tuple[str, ...]
    bad: tuple[str, ...]
    applies: Callable[[Module], bool] = lambda module: module.in_product
    path: str = "src/tutela/kernel/example.py"


def only_in(*names: str) -> Callable[[Module], bool]:
    return lambda module: module.in_product and module.name.startswith(names)


def not_in(*names: str) -> Callable[[Module], bool]:
    return lambda module: module.in_product and not module.name.startswith(names)


RULES = (
    Rule(
        name="decoder",
        asks="only detect.media opens untrusted pictures, film and archives (demo draws its own)",
        check=checks.decoder,
        # A backup, and the keys in it, are our own archives, signed; their readers take plain files alone.
        applies=not_in(
            "tutela.detect.media",
            "tutela.demo",
            "tutela.hotline.backups.archives",
            "tutela.hotline.backups.key_bundles",
            "tutela.hotline.partners.rendering",  # writes an archive, and opens none
        ),
        good=("import numpy\n", "from tutela.detect.media.pool import MediaPool\n"),
        bad=(
            "import PIL\n",
            "from PIL import Image\n",
            "def f():\n    import zipfile\n",
            "import_module('av.codec')\n",
        ),
    ),
    Rule(
        name="wall_clock",
        asks="wall time comes from tutela.kernel.clock, injected; deadlines from time.monotonic",
        check=checks.wall_clock,
        applies=not_in("tutela.kernel.clock"),
        good=("t = clock.now()\n", "t = time.monotonic()\n"),
        bad=("t = datetime.now(UTC)\n", "t = time.time()\n", "d = datetime.date.today()\n"),
    ),
    Rule(
        name="forbidden_call",
        asks="no eval, no print in rooms, no assert for validation, no unpickling, no is_global as a guard",
        check=checks.forbidden_call,
        good=(
            "click.echo('x')\n",
            "np.load(path, allow_pickle=False)\n",
            "printer.print('x')\n",
            "print('x', file=out)\n",
        ),
        bad=(
            "print('x')\n",
            "assert x\n",
            "eval(x)\n",
            "np.load(p, allow_pickle=True)\n",
            "if a.is_global: pass\n",
        ),
    ),
    Rule(
        name="shell",
        asks="a subprocess gets a list of arguments, never a shell",
        check=checks.shell,
        applies=lambda module: True,
        good=("subprocess.run(['ls'])\n", "f(shell=False)\n"),
        bad=("subprocess.run('ls', shell=True)\n",),
    ),
    Rule(
        name="subprocesses",
        # The follower is the service's own code in a process of its own: it writes the lists alone.
        asks="only detect.media starts processes (its sandboxed workers), the service its follower, the "
        "guard those of its lists, classifiers and veils, and tutela up the processes of the hotline; the "
        "guard asks programs of the device in one place",
        check=checks.subprocesses,
        applies=not_in(
            "tutela.detect.media",
            "tutela.demo",
            "tutela.detect.service.follower_process",
            "tutela.processes.starting",
            "tutela.prevent.guard.lists.child",  # the process that holds a device list and answers yes or no
            "tutela.hotline.backups.snapshots",  # PostgreSQL's own pg_dump and pg_restore
            "tutela.prevent.guard.classes.asking",  # weights are read in a process that has no network
            "tutela.prevent.guard.screen.veiling",  # the process that draws the veils
            "tutela.prevent.guard.system.programs",  # certutil, gsettings: the device's own
        ),
        good=("import threading\n",),
        bad=("import subprocess\n", "from multiprocessing import Pool\n"),
    ),
    Rule(
        name="opt_out",
        asks="an opt-out names rule and reason: # noqa: X000 - reason; # type: ignore[code]  # reason",
        check=checks.opt_out,
        applies=lambda module: not module.name.startswith(("tests.house.rules", "tests.house.checks")),
        good=(
            "x = 1  # noqa: S101 - a reason in words\n",
            "x = 1  # type: ignore[misc]  # a reason in words\n",
        ),
        bad=(
            "x = 1  # noqa\n",
            "x = 1  # noqa: S101\n",
            "x = 1  # type: ignore[misc]\n",
            "x = 1  # pragma: no cover\n",
        ),
    ),
    Rule(
        name="size",
        asks="a module holds one thing; at most 400 lines",
        check=checks.size,
        applies=lambda module: True,
        good=("x = 1\n" * 400,),
        bad=("x = 1\n" * 401,),
    ),
    Rule(
        name="late_annotations",
        asks="annotations are not evaluated: from __future__ import annotations",
        check=checks.late_annotations,
        applies=lambda module: True,
        good=(
            '"""Doc."""\n\nfrom __future__ import annotations\n\nx = 1\n',
            '"""Only a docstring."""\n',
            "x = 1\n",
        ),
        bad=('"""Doc."""\n\ndef f():\n    pass\n',),
    ),
    Rule(
        name="docstring",
        asks="a docstring begins with a sentence that says what is returned",
        check=checks.docstring,
        good=('def f():\n    """The answer."""\n', "def f():\n    pass\n"),
        bad=('def f():\n    """Does things"""\n', '"""no stop"""\n'),
    ),
    Rule(
        name="constant",
        asks="a number with a meaning says its unit and source in a #: line above",
        check=checks.constant,
        applies=only_in(
            "tutela.kernel",
            "tutela.detect",
            "tutela.arithmetic",
            "tutela.cli",
            "tutela.config",
            "tutela.commands",
        ),
        good=(
            "#: Bits (pdq/README).\nLIMIT = 31\n",
            "#: Bytes.\nLOW = 2\nHIGH = 3\n",
            "NAMES = ('a', 'b')\n",
            "x = 3\n",
        ),
        bad=("LIMIT = 31\n", "import os\n\nX_MAX: int = 1 << 20\n"),
    ),
    Rule(
        name="log_event",
        asks="a log line has a literal event and fields that are ids, numbers or declared words",
        check=checks.log_event,
        # The ledger passes on the acts that each app declares as literals.
        applies=not_in("tutela.kernel.log", "tutela.hotline.ledger.acts"),
        good=(
            "log.info('worker_replaced', seconds=1)\n",
            "get_logger('x').error('lost', item=item_id)\n",
            "declare_words('one', *STATES)\n",
        ),
        bad=(
            "log.info(f'lost {path}')\n",
            "_log.warning(event)\n",
            "get_logger('x').error('Lost it!')\n",
            "log.info('lost', path=f'{path}')\n",
            "log.declare_words(path)\n",
            "log.declare_words(*paths)\n",
        ),
    ),
)

DRAWER_RULE = Rule(
    name="drawer",
    asks="a module is named for the one thing it holds",
    check=checks.drawer,
    good=(),
    bad=(),
)
