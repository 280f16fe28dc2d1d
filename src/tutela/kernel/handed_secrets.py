"""Secrets handed to a process that is started: in sealed memory, never in its environment or on a disk.

An environment can be read as long as a process lives, is inherited by whatever it starts, and stands in crash
reports. Memory without a name is read by whoever was given its descriptor.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tutela.kernel.channels.memory import close_for_good, contents_of, memory
from tutela.kernel.errors import Invalid

#: The variable that names the descriptor. The parent makes it; nobody sets it.
VARIABLE = "TUTELA_SECRETS_FD"
#: What memory that was handed over cannot suffer any more (fcntl(2)).
_SEALS = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL


@contextmanager
def handed_over(secrets: Mapping[str, str]) -> Iterator[int]:
    """A descriptor with the secrets (setting's name in a secrets folder to text), good in the block.

    Nobody can change what is in it. A child has to be given it by number (``pass_fds``).
    """
    with memory() as descriptor:
        rest = memoryview(json.dumps(dict(secrets)).encode("utf-8"))
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        close_for_good(descriptor)
        yield descriptor


def received(untrusted_number: str) -> dict[str, str]:
    """The secrets behind a descriptor; what this process starts in its turn does not get them.

    It may be read again. Raises Invalid where the number is not that of sealed memory with secrets.
    """
    try:
        descriptor = int(untrusted_number)
        if fcntl.fcntl(descriptor, fcntl.F_GET_SEALS) & _SEALS != _SEALS:
            raise ValueError("it can still be changed")
        os.set_inheritable(descriptor, False)
        found = json.loads(contents_of(descriptor))
    except (ValueError, OverflowError, OSError) as error:
        raise Invalid(
            "no secrets were handed over there; tutela up sets it, nobody else", field=VARIABLE
        ) from (error)
    return {str(name): str(text) for name, text in found.items()}
