"""The words of the product, as frozen values.

Knows: nothing but the standard library. Does not know: storage, models, pages.
"""

from __future__ import annotations

from chatbot.domain.conversation import (
    Conversation,
    Message,
    Role,
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
from chatbot.domain.learning import (
    Job,
    JobStatus,
    LabelAction,
    LoggedMessage,
    MessageLabel,
    Signal,
    SignalKind,
)

__all__ = [
    "FROM_CONVERSATION",
    "OUT_OF_SCOPE",
    "Check",
    "Conversation",
    "FaqEntry",
    "FaqHit",
    "ImportReport",
    "IntentDefinition",
    "IntentPrediction",
    "IntentScore",
    "Job",
    "JobStatus",
    "LabelAction",
    "LabelledExample",
    "LoggedMessage",
    "Message",
    "MessageLabel",
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
    "Signal",
    "SignalKind",
    "TranscriptTurn",
]
