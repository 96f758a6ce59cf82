"""The database: engine, tables, migrations, stores. The only home of SQLAlchemy. Knows no models."""
