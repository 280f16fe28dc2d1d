"""A benign collection to look at: generated pictures and films, altered copies, a scan and its report.

Nothing here is a picture of anybody or anything. *Known* is only ever declared, in the demo's own list.
"""
