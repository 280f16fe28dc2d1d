"""Channels between tutela's own processes on one machine: one question and one answer over a Unix socket.

``frames`` puts a message and descriptors on the wire, ``listening`` answers, ``asking`` asks, ``memory`` is
where bytes in clear go. Nothing here leaves the machine: the only door to the network is ``kernel.egress``.
"""
