"""One message: read, understood, ranked, decided, answered, stored. Knows ports, no adapter."""
