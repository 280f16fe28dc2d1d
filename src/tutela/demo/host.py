"""Where the hosts of the demonstration stand: a network on loopback that nothing else here uses."""

from __future__ import annotations

#: The network of the demonstration's hosts (decisions.md section 8).
NETWORK = "127.77.0.0/24"
