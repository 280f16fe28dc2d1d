"""Hasher-Matcher-Actioner's shape of the match service: its paths, questions and answers (HMA 1.1.7)."""
