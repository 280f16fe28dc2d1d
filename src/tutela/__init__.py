"""tutela: find, remove and prevent child sexual abuse material, with as little exposure as can be."""

__version__ = "0.1.0"
