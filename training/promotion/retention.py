"""Retention of old versions of the intent model, and their deletion.

The registry drops a version before its directory is deleted, so that no reader finds a partial directory. Remains of a
killed deletion or training are removed at the next pruning.
"""

from __future__ import annotations

import logging
import shutil
import time
from pathlib import Path

from chatbot.bootstrap.models import registered_kind
from chatbot.bootstrap.stores import Stores
from chatbot.errors import ChatbotError, StorageError

_LOG = logging.getLogger(__name__)
KIND = "intent"
_OLD_SECONDS = 3_600.0


def delete_version(stores: Stores, version: str, *, by: str) -> str:
    """Delete a version that is not live; returns its kind.

    Raises:
        NotFoundError: no such version.
        StorageError: it is live, or its directory cannot be removed.
    """
    kind = registered_kind(stores.registry, version)
    stores.registry.delete(kind, version)
    stores.audit.record(by, "delete model", {"kind": kind, "version": version})
    _remove(stores.settings.models_dir(kind) / version)
    return kind


def prune_versions(stores: Stores) -> list[str]:
    """Delete intent models that are neither live nor among the `models_kept` newest others; returns their versions.

    The version to roll back to is kept whatever its age.
    """
    live = stores.registry.live(KIND)
    others = [record for record in stores.registry.list(KIND) if record.version != live]
    retired = [record for record in others if record.status == "retired" and record.promoted_at is not None]
    before = max(retired, key=lambda record: str(record.promoted_at), default=None)
    deleted = []
    for record in others[stores.settings.models_kept :]:
        if before is not None and record.version == before.version:
            continue
        try:
            delete_version(stores, record.version, by="retention")
        except ChatbotError as error:
            _LOG.warning("an old version could not be deleted: %s", error)
        else:
            deleted.append(record.version)
    for left in _strangers(stores):
        _LOG.info("removing a version that was never registered: %s", left)
        shutil.rmtree(left, ignore_errors=True)
    return deleted


def _remove(directory: Path) -> None:
    try:
        shutil.rmtree(directory)
    except FileNotFoundError:
        return
    except OSError as error:
        raise StorageError(f"{directory} could not be removed: {error.strerror or error}.") from error


def _strangers(stores: Stores) -> list[Path]:
    """Version directories that are not registered and older than any training that may still register one."""
    known = {record.version for record in stores.registry.list(KIND)}
    old = time.time() - _OLD_SECONDS
    found = [path for path in stores.settings.models_dir(KIND).glob("2*") if path.is_dir() and path.name not in known]
    return [path for path in found if path.stat().st_mtime < old]
