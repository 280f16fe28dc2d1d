"""The only door to the network: the guarded fetch, and one POST to a destination that the settings name.

``addresses`` judges an address, ``resolving`` pins a name to judged addresses. For fetching: ``urls`` reads
what anybody wrote, ``guarding`` says how it may be met, ``connecting``, ``streaming`` and ``exchanging`` do
one request, ``decoding`` and ``hosts`` keep the budgets, ``fetching`` puts them together; ``reasons`` holds
the words for whatever stopped it. For posting: ``destinations`` and ``posting``.
"""
