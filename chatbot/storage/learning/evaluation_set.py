"""The held-out set: labelled utterances that no model may learn from (port `EvaluationSetStore`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, func, insert, select, update

from chatbot.domain import LabelledExample
from chatbot.storage.database.engine import Database
from chatbot.storage.schema import learning, tables
from chatbot.text import content_hash, normalise

FROZEN = tables.table(learning.FrozenExample)


class SqlEvaluationSetStore:
    """The held-out set in the database; an utterance from a conversation is erased with it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def examples(self) -> list[LabelledExample]:
        """All of its utterances, in the order in which they were added."""
        columns = (FROZEN.c.text, FROZEN.c.intent, FROZEN.c.lang, FROZEN.c.origin)
        with self._database.read() as connection:
            return [LabelledExample(*row) for row in connection.execute(select(*columns).order_by(FROZEN.c.id))]

    def messages(self) -> set[int]:
        """Ids of the logged messages in the set."""
        wanted = select(FROZEN.c.message_id).where(FROZEN.c.message_id.is_not(None))
        with self._database.read() as connection:
            return set(connection.scalars(wanted))

    def count(self) -> int:
        """Number of utterances in the set."""
        with self._database.read() as connection:
            return int(connection.scalar(select(func.count()).select_from(FROZEN)) or 0)

    def add(self, examples: Sequence[LabelledExample], messages: Mapping[int, int] | None = None) -> int:
        """Add utterances; for one that is already in the set only the intent is updated. Returns how many are new.

        Args:
            examples: the utterances to add.
            messages: by position in `examples`, the id of the logged message that the utterance is.
        """
        now, of, new = dt.datetime.now(dt.UTC), messages or {}, 0
        with self._database.write() as connection:
            for place, example in enumerate(examples):
                key = content_hash([normalise(example.text) or example.text], length=32)
                known = update(FROZEN).where(FROZEN.c.content_hash == key).values(intent=example.intent)
                if connection.execute(known).rowcount:
                    continue
                row = {"text": example.text, "intent": example.intent, "lang": example.lang, "origin": example.origin}
                rest = {"content_hash": key, "message_id": of.get(place), "added_at": now}
                connection.execute(insert(FROZEN), row | rest)
                new += 1
        return new

    def relabel(self, intents: Mapping[int, str | None]) -> None:
        """Apply corrections of messages in the set: the new intent by message id; None removes the message."""
        with self._database.write() as connection:
            for message_id, intent in intents.items():
                mine = FROZEN.c.message_id == message_id
                if intent is None:
                    connection.execute(delete(FROZEN).where(mine))
                else:
                    connection.execute(update(FROZEN).where(mine).values(intent=intent))

    def clear(self) -> int:
        """Remove everything; returns the number of utterances removed."""
        with self._database.write() as connection:
            return connection.execute(delete(FROZEN)).rowcount
