"""Benign pictures from packages, got at proof time; only the manifest of them is in the repository.

Rights differ from package to package (wallpapers, documentation, themes), so no picture is ever
committed, published or shown; models.md section 11. ``collection.collection()`` says which set it made.
"""
