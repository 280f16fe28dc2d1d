"""The only door to the network. Its first part: the address guard, and one POST to a named destination.

``addresses`` judges an address, ``resolving`` pins a name to judged addresses, ``destinations`` reads a
URL that the settings name, ``posting`` sends one request there. Fetching reported URLs comes with the
spine of the house; nothing here follows a redirect or takes a destination from anybody's input.
"""
