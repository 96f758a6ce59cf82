"""One module a route. A module knows its route and no other."""
