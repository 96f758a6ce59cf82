"""The database: engine, tables, migrations, stores. SQLAlchemy is used only here."""
