"""The connection: engine, upgrades, errors, key-value table, audit log."""
