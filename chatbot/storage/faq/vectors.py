"""FAQ vectors in PostgreSQL with pgvector: one dense index shared by all workers instead of one in each.

It is derived and disposable like the index directory, hence in a schema of its own, outside the migrations.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.schema import CreateSchema, DropTable

from chatbot.errors import ConfigError
from chatbot.storage.database.engine import Database
from chatbot.types import Progress, Vectors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


SCHEMA = "faq_search"
GRAPH_FROM = 10_000
"""Number of vectors from which a graph (HNSW) is searched; fewer are compared exhaustively."""
WIDTH = 400
"""Candidates considered in a search of the graph."""
KEPT = 4
"""Number of indexes kept when a new one is built: workers may still be using the last ones."""
ROWS = 2_000
"""Vectors per statement."""

_BUILT = Table(
    "built",
    MetaData(schema=SCHEMA),
    Column("name", String(64), primary_key=True),
    Column("vectors", Integer, nullable=False),
    Column("dimension", Integer, nullable=False),
    Column("built_at", DateTime(timezone=True), nullable=False),
)


class PgVectors:
    """The vector indexes of one database, by name."""

    def __init__(self, database: Database) -> None:
        """Use a PostgreSQL database.

        Raises:
            ConfigError: it is another database, or the package `pgvector` is not installed.
        """
        if database.engine.dialect.name != "postgresql":
            raise ConfigError(
                "CHATBOT_DENSE_INDEX=pgvector needs PostgreSQL: set CHATBOT_DATABASE_URL, or use faiss instead."
            )
        try:
            import pgvector.sqlalchemy  # noqa: F401
        except ImportError as error:
            raise ConfigError("pgvector is not installed. Run: pip install 'chatbot[postgres]'.") from error
        self._database = database

    def build(self, vectors: Vectors, name: str, progress: Progress) -> PgVectorIndex:
        """Store unit vectors of shape (n, dimension) under a name, all or nothing; an existing index stays.

        Raises:
            ConfigError: the extension `vector` is missing and may not be created.
            StorageError: the database cannot be written.
        """
        with self._database.write() as connection:
            connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(SCHEMA))))  # workers take turns
            _prepare(connection)
            found = connection.scalar(select(_BUILT.c.name).where(_BUILT.c.name == name))
            if found is None:
                _fill(connection, name, vectors, progress)
                _prune(connection)
        return self.load(name)

    def load(self, name: str) -> PgVectorIndex:
        """The index with that name. Raises KeyError if there is none."""
        with self._database.read() as connection:
            if not inspect(connection).has_table(_BUILT.name, schema=SCHEMA):
                raise KeyError(name)
            size = select(_BUILT.c.vectors, _BUILT.c.dimension).where(_BUILT.c.name == name)
            row = connection.execute(size).one_or_none()
        if row is None:
            raise KeyError(name)
        return PgVectorIndex(self._database, _table(name, row.dimension), (row.vectors, row.dimension))


class PgVectorIndex:
    """Vectors whose id is their position. Safe for concurrent searches."""

    def __init__(self, database: Database, table: Table, shape: tuple[int, int]) -> None:
        self._database = database
        self._table = table
        self.shape = shape

    def search(self, vector: Vectors, limit: int) -> tuple[NDArray[np.int64], Vectors]:
        """Ids and inner products of the `limit` nearest vectors, best first; `vector` has shape (dimension,)."""
        import numpy as np

        distance = self._table.c.vector.max_inner_product(vector.tolist())
        nearest = select(self._table.c.position, distance).order_by(distance).limit(min(limit, self.shape[0]))
        with self._database.read() as connection:
            if self.shape[0] >= GRAPH_FROM:
                connection.execute(text(f"SET LOCAL hnsw.ef_search = {max(WIDTH, limit)}"))
            rows = connection.execute(nearest).all()
        ids = np.array([row[0] for row in rows], dtype=np.int64)
        return ids, -np.array([row[1] for row in rows], dtype=np.float32)


def _table(name: str, dimension: int) -> Table:
    from pgvector.sqlalchemy import HALFVEC

    return Table(
        f"vectors_{name}",
        MetaData(schema=SCHEMA),
        Column("position", Integer, primary_key=True, autoincrement=False),
        Column("vector", HALFVEC(dimension), nullable=False),
    )


def _prepare(connection: Connection) -> None:
    known = connection.scalar(text("SELECT 1 FROM pg_available_extensions WHERE name = 'vector'"))
    if known is None:
        raise ConfigError(
            "This PostgreSQL server has no pgvector. Install the extension there, or set CHATBOT_DENSE_INDEX=faiss."
        )
    if connection.scalar(text("SELECT 1 FROM pg_extension WHERE extname = 'vector'")) is None:
        may = "SELECT trusted OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)"
        versions = f"{may} FROM pg_available_extension_versions WHERE name = 'vector' LIMIT 1"
        if not connection.scalar(text(versions)):
            raise ConfigError("Let an administrator of the database run once: CREATE EXTENSION vector")
        connection.execute(text("CREATE EXTENSION vector"))
    connection.execute(CreateSchema(SCHEMA, if_not_exists=True))
    _BUILT.create(connection, checkfirst=True)


def _fill(connection: Connection, name: str, vectors: Vectors, progress: Progress) -> None:
    count, dimension = vectors.shape
    table = _table(name, dimension)
    table.create(connection)
    for start in range(0, count, ROWS):
        progress(f"Storing {count:,} vectors", start / count)
        part = vectors[start : start + ROWS].tolist()
        rows: list[dict[str, Any]] = [{"position": start + n, "vector": vector} for n, vector in enumerate(part)]
        connection.execute(insert(table), rows)
    if count >= GRAPH_FROM:
        progress("Building the search graph in the database", 0.99)
        # The names are safe: a prefix and hexadecimal digits.
        graph = f'CREATE INDEX ON {SCHEMA}."{table.name}" USING hnsw (vector halfvec_ip_ops)'
        connection.execute(text(graph))
    now = dt.datetime.now(dt.UTC)
    connection.execute(insert(_BUILT).values(name=name, vectors=count, dimension=dimension, built_at=now))
    progress(f"Stored {count:,} vectors", 1.0)


def _prune(connection: Connection) -> None:
    newest = select(_BUILT.c.name, _BUILT.c.dimension).order_by(_BUILT.c.built_at.desc(), _BUILT.c.name)
    for name, dimension in connection.execute(newest).all()[KEPT:]:
        connection.execute(DropTable(_table(name, dimension), if_exists=True))
        connection.execute(delete(_BUILT).where(_BUILT.c.name == name))
