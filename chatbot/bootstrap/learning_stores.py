"""The stores of the learning loop, on the database of a home.

Knows: which implementation serves which port. Does not know: what is learned.
"""

from __future__ import annotations

from dataclasses import dataclass

from chatbot.bootstrap.application import Stores
from chatbot.ports.learning import FrozenStore, JobStore, ReviewStore
from chatbot.storage.learning.evaluation_set import SqlFrozenStore
from chatbot.storage.learning.jobs import SqlJobStore
from chatbot.storage.learning.review import SqlReviewStore


@dataclass(frozen=True, slots=True)
class LearningStores:
    """Labels, jobs and the frozen evaluation set."""

    review: ReviewStore
    jobs: JobStore
    frozen: FrozenStore


def learning_stores(stores: Stores) -> LearningStores:
    """Those of an opened home."""
    database = stores.database
    return LearningStores(SqlReviewStore(database), SqlJobStore(database), SqlFrozenStore(database))
