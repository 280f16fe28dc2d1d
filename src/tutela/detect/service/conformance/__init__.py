"""The conformance kit: a neutral sheet on how a matcher finds, answers and endures, tutela's or anybody's.

It asks over HTTP in one of the shapes that matchers speak (``shapes``), with generated pictures only, and
removes what it made. What a shape cannot do is *not applicable*; it never counts as passed.
"""
