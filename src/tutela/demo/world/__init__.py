"""A benign internet on loopback: hosts of every character, names, a registry, mail and its readers."""

from tutela.demo.world.clocks import FastClock
from tutela.demo.world.world import World

__all__ = ["FastClock", "World"]
