"""Marks of running imports in the table `state`, by which an import whose process died is found.

The transaction that stores an import deletes its mark, so a mark that is left means that nothing was stored.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
import socket

from sqlalchemy import Connection, delete, insert, select

from chatbot.domain import InterruptedImport
from chatbot.storage.database.key_value import STATE

PREFIX = "importing:"
OLDEST = dt.timedelta(days=1)
"""After this time an import on another machine is considered dead."""


def begin(connection: Connection, file: str) -> str:
    """Write a mark; returns its key."""
    key = PREFIX + secrets.token_hex(8)
    now = dt.datetime.now(dt.UTC).isoformat()
    mark = {"file": file, "started": now, "host": socket.gethostname(), "process": os.getpid()}
    connection.execute(insert(STATE).values(key=key, value=json.dumps(mark, ensure_ascii=False)))
    return key


def end(connection: Connection, key: str) -> None:
    """Delete the mark."""
    connection.execute(delete(STATE).where(STATE.c.key == key))


def interrupted(connection: Connection) -> dict[str, InterruptedImport]:
    """The marks of imports whose process is gone, by key."""
    found = {}
    for key, value in connection.execute(select(STATE.c.key, STATE.c.value).where(STATE.c.key.startswith(PREFIX))):
        mark = json.loads(value)
        started = dt.datetime.fromisoformat(mark["started"])
        own = mark["host"] == socket.gethostname()
        if (own and not _runs(int(mark["process"]))) or dt.datetime.now(dt.UTC) - started > OLDEST:
            found[key] = InterruptedImport(str(mark["file"]), started)
    return found


def _runs(process: int) -> bool:
    if os.name == "nt":
        return process == os.getpid()  # on Windows, signal 0 would end the process
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
