"""The shapes in which matchers are asked, one client each, behind ``contract.Subject``."""
