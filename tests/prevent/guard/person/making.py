"""Policies and readings that hypothesis makes."""

from __future__ import annotations

from hypothesis import strategies as st

from tutela.prevent.guard.person.policy import Policy, checked_hosts

HOSTS = st.sampled_from(["bank.example", "doctor.example", "a.test", "b.test", "shop.a.test"])


def policies() -> st.SearchStrategy[Policy]:
    return st.builds(
        Policy,
        known_lists=st.booleans(),
        classifier=st.booleans(),
        adult=st.booleans(),
        screen=st.booleans(),
        films=st.sampled_from(["checked", "blocked"]),
        segments=st.sampled_from(["passed", "blocked"]),
        never_intercepted=st.lists(HOSTS, max_size=4).map(checked_hosts),
        sign=st.sampled_from(["message", "page"]),
        keep_nothing=st.booleans(),
        delay_hours=st.sampled_from([0, 1, 24, 72]),
        after_block=st.sampled_from(["nothing", "exercise", "self-help", "helpline"]),
    )
