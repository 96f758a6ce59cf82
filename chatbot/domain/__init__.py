"""The words of the product, as frozen values.

Knows: nothing but the standard library and how texts are compared.
"""

from __future__ import annotations

from chatbot.domain.conversation import (
    Conversation,
    Message,
    Role,
    TranscriptSpeaker,
    TranscriptTurn,
)
from chatbot.domain.customer_message import CustomerMessage
from chatbot.domain.decision_record import DecisionRecord, HeldBack, StoredCheck, StoredHit, StoredPrediction
from chatbot.domain.decisions import (
    Check,
    IntentDefinition,
    Offer,
    ReadyReply,
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
    entry_id,
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
from chatbot.domain.transcripts import DraftOfImport, KeptConversation, TranscriptUndo

__all__ = [
    "FROM_CONVERSATION",
    "OUT_OF_SCOPE",
    "Action",
    "Check",
    "Conversation",
    "CustomerMessage",
    "DecisionRecord",
    "DraftOfImport",
    "Duplicates",
    "EntryChange",
    "EntryFilter",
    "EntryOrder",
    "EntryPage",
    "FaqEntry",
    "FaqHit",
    "HeldBack",
    "ImportRecord",
    "ImportReport",
    "IntentDefinition",
    "IntentPrediction",
    "IntentScore",
    "InterruptedImport",
    "Job",
    "JobStatus",
    "KeptConversation",
    "KeptEntry",
    "LabelAction",
    "LabelledExample",
    "LoggedMessage",
    "Message",
    "MessageLabel",
    "ModelRecord",
    "NearestUtterance",
    "Offer",
    "ReadyReply",
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
    "StoredCheck",
    "StoredHit",
    "StoredPrediction",
    "TranscriptSpeaker",
    "TranscriptTurn",
    "TranscriptUndo",
    "UndoConflict",
    "UndoReport",
    "entry_id",
]
