"""The match service: an HTTP API in front of lists that change while they are asked."""
