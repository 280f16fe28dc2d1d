"""Classification schemes with sources, their severity order, the mapping between them, legal classes.

``mapping`` answers questions about schemes, ``classes`` about legal classes, ``supplied`` reads a
schema that comes under agreement. The data files beside them carry source, version and confidence.
"""

from tutela.kernel.taxonomy.classes import check_legal_class, is_generated, legal_classes
from tutela.kernel.taxonomy.mapping import contradict, map_value, scheme, schemes, severity
from tutela.kernel.taxonomy.shapes import Element, LegalClass, Mapping, Scheme, SchemeValue

__all__ = [
    "Element",
    "LegalClass",
    "Mapping",
    "Scheme",
    "SchemeValue",
    "check_legal_class",
    "contradict",
    "is_generated",
    "legal_classes",
    "map_value",
    "scheme",
    "schemes",
    "severity",
]
