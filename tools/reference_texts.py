"""What the generated reference pages say before their generated parts."""

from __future__ import annotations

COMMANDS = """# Commands

Every command with its options, as `--help` prints them. Each example runs as it stands (a test does it),
in a folder that holds the files it names.

## Exit codes
"""

SETTINGS = """# Settings

A setting is looked for in the environment (`TUTELA_ROOM__KEY`), in a file of the secrets folder named
`room__key`, and in the settings file; else the default holds. The first that has it wins; an empty file of
the secrets folder has none. The settings file is `--config FILE`, else `TUTELA_CONFIG`, else
`./tutela.toml`, else `/etc/tutela/tutela.toml`.

A name that nobody knows is an error in each of these places, and the message says the nearest right name.
`tutela settings` prints what is in force and where it comes from. A list in a variable is written as
JSON: `'["md5", "pdq"]'`. The sources named here (decisions, threat model, performance, style) are the
project's design papers; the [figures](figures.md) show what was measured.

## Variables that are no settings
"""

ERRORS = """# Errors

Every error belongs to one of four families. On the command line it is one line on standard error:
`error: ` and a sentence that names the place and what would be right.
"""

HTTP_ERRORS = """## The match service

Its answers name an error as `{"error": {"code", "field", "message", "right"}}`: `field` is the place, `right`
what would have been taken. Beside the codes of the families there are finer ones:
"""

SLOTS = """# Slots

A slot is a place where somebody else's code may stand: a Protocol, an entry-point group, and a contract
check that is run before a plug-in is used. Installed is not enabled: a plug-in runs only when the setting
names it. `tutela plugins --check` shows what is installed, what is enabled, and whether it keeps the
contract. How to write one: [Write a plug-in](../how-to/plug-in.md).
"""

FIGURES = """# Figures

Measured by `make proofs`. Each file in `docs/figures/` holds versions, date, machine and counts, and for
each failure the command that shows it again. `make proofs BAR=i1-6` measures one anew.
"""
