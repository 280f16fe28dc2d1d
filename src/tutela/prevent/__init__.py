"""Before it is seen: the guard on a person's own device."""
