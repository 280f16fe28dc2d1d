"""tutela: find, remove and prevent child sexual abuse material online, with as little exposure of people as possible."""

__version__ = "0.1.0"
