"""The processes of the hotline: what each is given, how they are started, kept alive and ended.

``map`` is the process map as data, ``environments`` reduces what a process inherits to what the map allows,
``supervising`` keeps them alive (``restarting`` says when, ``starting`` starts them), ``probing`` asks
whether one listens, ``ending`` is how each of them ends in order.
"""
