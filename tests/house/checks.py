"""What each house rule looks for in one module: functions that yield (line, complaint)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.house.reading import Module

#: (line number, complaint)
Complaint = tuple[int, str]


def dotted(node: ast.expr) -> str:
    """``a.b.c`` of a name or attribute, else an empty string."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = dotted(node.value)
        return f"{inner}.{node.attr}" if inner else ""
    return ""


def calls(module: Module) -> Iterator[tuple[ast.Call, str]]:
    """Every call with the dotted name of what is called."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            yield node, dotted(node.func)


def imports(module: Module) -> Iterator[tuple[int, str]]:
    """(line, dotted module) of every import, those by ``import_module("...")`` too."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
    for call, name in calls(module):
        first = call.args[0] if call.args else None
        if name.endswith(("import_module", "__import__")) and isinstance(first, ast.Constant):
            yield call.lineno, str(first.value)


DECODERS = {
    "PIL",
    "simplejpeg",
    "av",
    "pi_heif",
    "zipfile",
    "tarfile",
    "py7zr",
    "pytsk3",
    "pyewf",
    "selectolax",
    "cv2",
    "imageio",
}


def decoder(module: Module) -> Iterator[Complaint]:
    for line, name in imports(module):
        if name.partition(".")[0] in DECODERS:
            yield line, f"imports the decoder {name}"


CLOCKS = {
    "datetime.now", "datetime.utcnow", "datetime.today", "datetime.datetime.now", "datetime.datetime.utcnow",
    "date.today", "datetime.date.today", "time.time", "time.time_ns",
}  # fmt: skip


def wall_clock(module: Module) -> Iterator[Complaint]:
    for call, name in calls(module):
        if name in CLOCKS:
            yield call.lineno, f"asks the machine for the time ({name})"


FORBIDDEN_CALLS = {"eval", "exec", "__import__", "os.system", "os.popen", "print", "input", "breakpoint"}


def forbidden_call(module: Module) -> Iterator[Complaint]:
    for call, name in calls(module):
        to_a_stream = name == "print" and any(word.arg == "file" for word in call.keywords)
        if name in FORBIDDEN_CALLS and not to_a_stream:
            yield call.lineno, f"calls {name}"
        if any(word.arg == "allow_pickle" and _is_true(word.value) for word in call.keywords):
            yield call.lineno, "lets numpy unpickle"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Assert):
            yield node.lineno, "asserts; python -O removes it"
        if isinstance(node, ast.Attribute) and node.attr == "is_global":
            yield node.lineno, "trusts is_global"


def _is_true(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def shell(module: Module) -> Iterator[Complaint]:
    for call, name in calls(module):
        if any(word.arg == "shell" and _is_true(word.value) for word in call.keywords):
            yield call.lineno, f"{name} goes through a shell"


def subprocesses(module: Module) -> Iterator[Complaint]:
    for line, name in imports(module):
        if name.partition(".")[0] in ("subprocess", "multiprocessing", "pty"):
            yield line, f"imports {name}"


OPT_OUT = re.compile(r"#\s*(noqa|type:\s*ignore|fmt:\s*(?:off|skip)|pragma:\s*no cover|nosec)(.*)$")
GIVEN = re.compile(r"^(?::\s*[A-Z]+\d+(?:\s*,\s*[A-Z]+\d+)*|\[[a-z-]+(?:,\s*[a-z-]+)*\])\s*(?:-|#)\s*\S.{7,}")


def opt_out(module: Module) -> Iterator[Complaint]:
    for number, line in enumerate(module.text.splitlines(), 1):
        found = OPT_OUT.search(line)
        if found and not found[1].startswith("fmt") and not _is_given(module, found):
            yield number, f"opts out ({found[1]}) without naming what and why"


def _is_given(module: Module, found: re.Match[str]) -> bool:
    """Rule and reason; in tests the code of a type error is enough: they pass wrong things on purpose."""
    in_tests = module.path.startswith("tests/") and found[1].startswith("type")
    return GIVEN.match(found[2]) is not None or (in_tests and found[2].startswith("["))


def size(module: Module) -> Iterator[Complaint]:
    lines = module.text.count("\n")
    if lines > 400:
        yield 1, f"has {lines} lines; 400 are the most"


DRAWERS = {
    "utils",
    "util",
    "common",
    "misc",
    "manager",
    "helpers",
    "helper",
    "data",
    "info",
    "process",
    "tools",
    "base",
}


def drawer(module: Module) -> Iterator[Complaint]:
    last = module.name.rpartition(".")[2]
    if last in DRAWERS:
        yield 1, f"is a drawer: {last}"


def late_annotations(module: Module) -> Iterator[Complaint]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.AnnAssign)
    needed = any(isinstance(node, kinds) for node in module.tree.body)
    if needed and "from __future__ import annotations" not in module.text:
        yield 1, "lacks from __future__ import annotations"


def docstring(module: Module) -> Iterator[Complaint]:
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(module.tree):
        if not isinstance(node, kinds):
            continue
        text = ast.get_docstring(node)
        first = text.partition("\n\n")[0].strip() if text else ""
        if text is not None and not first.endswith((".", ":", "?", "``", ")")):
            yield getattr(node, "lineno", 1), "its docstring's first paragraph is no sentence"


#: Names that say their unit themselves.
UNITS = {"KIB", "MIB", "GIB"}


def constant(module: Module) -> Iterator[Complaint]:
    lines = module.text.splitlines()
    explained_until = -1
    for node in module.tree.body:
        name = _constant_name(node)
        if not name:
            continue
        above = lines[node.lineno - 2] if node.lineno > 1 else ""
        explained = above.lstrip().startswith("#") or node.lineno == explained_until + 1
        if explained or "  # " in lines[node.lineno - 1]:
            explained_until = node.end_lineno or node.lineno
        elif _holds_number(node) and name not in UNITS:
            yield node.lineno, f"{name} says neither unit nor source in a #: line above it"


def _constant_name(node: ast.stmt) -> str:
    targets = (
        node.targets
        if isinstance(node, ast.Assign)
        else [node.target]
        if isinstance(node, ast.AnnAssign)
        else []
    )
    name = dotted(targets[0]) if targets else ""
    return name if re.fullmatch(r"[A-Z][A-Z0-9_]+", name) else ""


def _holds_number(node: ast.stmt) -> bool:
    """A number that means something: 0 and 1 rarely do."""
    return any(
        isinstance(part, ast.Constant) and type(part.value) in (int, float) and part.value not in (0, 1)
        for part in ast.walk(node)
    )


SLUG = re.compile(r"[a-z]{2,}(_[a-z]{1,20}){0,6}")
LOG_CALLS = {"debug", "info", "warning", "error", "exception"}


def log_calls(module: Module) -> Iterator[tuple[ast.Call, str]]:
    """Every call on a logger of kernel.log: names that end in log or logger."""
    for call, name in calls(module):
        owner, _, method = name.rpartition(".")
        if method in LOG_CALLS and owner.lower().lstrip("_").endswith(("log", "logger")):
            yield call, method
        if isinstance(call.func, ast.Attribute) and call.func.attr in LOG_CALLS:
            inner = call.func.value
            if isinstance(inner, ast.Call) and dotted(inner.func).endswith("get_logger"):
                yield call, call.func.attr


def log_event(module: Module) -> Iterator[Complaint]:
    for call, _ in log_calls(module):
        first = call.args[0] if call.args else None
        if not (
            isinstance(first, ast.Constant) and isinstance(first.value, str) and SLUG.fullmatch(first.value)
        ):
            yield call.lineno, "its log event is not a literal slug"
        for word in call.keywords:
            if isinstance(word.value, ast.JoinedStr):
                yield call.lineno, "it builds text for a log field"
    for call, name in calls(module):
        if name.endswith("declare_words") and not all(map(_is_literal_word, call.args)):
            yield call.lineno, "it lets words through the log that are not literals"


def _is_literal_word(word: ast.expr) -> bool:
    """A literal, or all words of a table that stands as a constant in the code: ``*STATES``."""
    if isinstance(word, ast.Starred):
        return isinstance(word.value, ast.Name) and word.value.id.isupper()
    return isinstance(word, ast.Constant)
