"""The words of the product, as frozen values.

Knows: nothing but the standard library. Does not know: storage, models, pages.
"""

from __future__ import annotations

from chatbot.domain.conversation import (
    Conversation,
    Message,
    Role,
    TranscriptSpeaker,
    TranscriptTurn,
)
from chatbot.domain.decisions import (
    Check,
    IntentDefinition,
    Reason,
    Reply,
    ReplyPart,
    Route,
    RouteDecision,
    RoutingPolicy,
)
from chatbot.domain.editing import (
    Action,
    Duplicates,
    EntryChange,
    EntryFilter,
    EntryOrder,
    EntryPage,
    ImportRecord,
    InterruptedImport,
    KeptEntry,
    UndoConflict,
    UndoReport,
)
from chatbot.domain.intents import (
    FROM_CONVERSATION,
    OUT_OF_SCOPE,
    IntentPrediction,
    IntentScore,
    LabelledExample,
    ModelRecord,
    NearestUtterance,
)
from chatbot.domain.knowledge import (
    FaqEntry,
    FaqHit,
    ImportReport,
    RowProblem,
)

__all__ = [
    "FROM_CONVERSATION",
    "OUT_OF_SCOPE",
    "Action",
    "Check",
    "Conversation",
    "Duplicates",
    "EntryChange",
    "EntryFilter",
    "EntryOrder",
    "EntryPage",
    "FaqEntry",
    "FaqHit",
    "ImportRecord",
    "ImportReport",
    "IntentDefinition",
    "IntentPrediction",
    "IntentScore",
    "InterruptedImport",
    "KeptEntry",
    "LabelledExample",
    "Message",
    "ModelRecord",
    "NearestUtterance",
    "Reason",
    "Reply",
    "ReplyPart",
    "Role",
    "Route",
    "RouteDecision",
    "RoutingPolicy",
    "RowProblem",
    "TranscriptSpeaker",
    "TranscriptTurn",
    "UndoConflict",
    "UndoReport",
]
