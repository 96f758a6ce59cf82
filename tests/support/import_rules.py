"""The import rules that `test_project.py` enforces: which package may import which, and which owns each library."""

from __future__ import annotations

PACKAGES = ("chatbot", "training", "ui")

_VALUES = ("chatbot.domain", "chatbot.errors", "chatbot.text", "chatbot.types")
_KEPT = ("chatbot.artifacts", "chatbot.vectors")
_FOUNDATION = (*_VALUES, "chatbot.ports", "chatbot.pii", "chatbot.facts", "chatbot.concurrency", *_KEPT)
ADAPTERS = (
    *("chatbot.encoding", "chatbot.intent", "chatbot.retrieval", "chatbot.reading", "chatbot.generation"),
    *("chatbot.importing", "chatbot.storage"),
)
_USE_CASES = ("chatbot.dialogue", "chatbot.knowledge", "chatbot.handoff")
_BELOW_BOOTSTRAP = (*_FOUNDATION, *ADAPTERS, *_USE_CASES, "chatbot.settings")
_BELOW_ENTRY_POINTS = ("chatbot.bootstrap", *_BELOW_BOOTSTRAP)
_SERVING = (*_USE_CASES, *_VALUES, "chatbot.ports", "chatbot.settings")

_TRAINING_FLOORS = (
    ("training.checkpoint", "training.loop", "training.parallel", "training.stopwatch", "training.versions"),
    ("training.datasets", "training.discovery"),
    ("training.evaluation", "training.generator"),
    ("training.common_intents", "training.encoder", "training.labelling", "training.promotion", "training.reader"),
    ("training.intent",),
    ("training.reports",),
    ("training.pipelines",),
    ("training.jobs",),
)
_PAGE_FLOORS = (
    ("ui.wording",),
    ("ui.web",),
    ("ui.services", "ui.catalogue", "ui.training_monitor"),
    ("ui.chat",),
    ("ui.console.widgets",),
    (
        *("ui.console.conversations", "ui.console.inbox", "ui.console.knowledge", "ui.console.review"),
        *("ui.console.training", "ui.console.transcripts"),
    ),
    ("ui.console.page",),
    ("ui.mounting",),
    ("ui.app",),
)


def _floors(floors: tuple[tuple[str, ...], ...], below: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Allow each part its own layer and all lower ones, in addition to the packages in `below`."""
    return {
        part: (*below, *(lower for floor in floors[: height + 1] for lower in floor))
        for height, parts in enumerate(floors)
        for part in parts
    }


MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "chatbot.errors": (),
    "chatbot.text": (),
    "chatbot.types": (),
    "chatbot.domain": ("chatbot.errors", "chatbot.text", "chatbot.types"),
    "chatbot.artifacts": (),
    "chatbot.vectors": ("chatbot.artifacts", "chatbot.text", "chatbot.types"),
    "chatbot.pii": (),
    "chatbot.facts": (),
    "chatbot.concurrency": ("chatbot.errors", "chatbot.types"),
    "chatbot.ports": _VALUES,
    "chatbot.settings": ("chatbot.errors",),
    # The n-grams of a text, a pure function, by which commands to the assistant are told.
    "chatbot.dialogue": (
        *(*_VALUES, "chatbot.ports", "chatbot.pii", "chatbot.concurrency", "chatbot.vectors"),
        "chatbot.intent.ngrams",
    ),
    **dict.fromkeys(ADAPTERS, _FOUNDATION),
    # Their pure functions: recognising commands to the assistant, and reading feedback from customers' next messages.
    "chatbot.generation": (*_FOUNDATION, "chatbot.dialogue.prompt_injection"),
    "chatbot.storage": (*_FOUNDATION, "chatbot.dialogue.implicit_feedback"),
    "chatbot.knowledge": (*_FOUNDATION, "chatbot.dialogue", "chatbot.importing", "chatbot.retrieval"),
    "chatbot.handoff": (*_FOUNDATION, "chatbot.dialogue"),
    "chatbot.bootstrap": _BELOW_BOOTSTRAP,
    "chatbot.api": _BELOW_ENTRY_POINTS,
    "chatbot.cli": (*_BELOW_ENTRY_POINTS, "chatbot.api", "training", "ui"),
    "chatbot.__main__": ("chatbot.cli",),
    **_floors(_TRAINING_FLOORS, _BELOW_ENTRY_POINTS),
    **_floors(_PAGE_FLOORS, _SERVING),
    "ui.wiring": (*_BELOW_ENTRY_POINTS, "training", "ui.services"),
}
"""What each part may import besides itself; every part must be in this table."""

ROOT_PACKAGES = ("chatbot", "training", "ui", "ui.console")
"""Packages without code of their own; `chatbot` is the public interface, which any module may import."""

# A library and the only places that may import it, as prefixes of files.
RERANKER = "chatbot/retrieval/reranking.py"
OWNERS = {
    "gradio": ("ui/",),
    "gradio_client": ("ui/",),
    "sqlalchemy": ("chatbot/storage/",),
    "alembic": ("chatbot/storage/",),
    "filelock": ("chatbot/storage/database/upgrading.py", "training/jobs/"),
    "faiss": ("chatbot/retrieval/dense.py",),
    "onnxruntime": ("chatbot/encoding/onnx_encoder.py",),
    "torch": (RERANKER, "chatbot/encoding/", "chatbot/generation/", "training/"),
    "transformers": ("chatbot/encoding/", "chatbot/generation/", "training/"),
    "sentence_transformers": ("chatbot/encoding/", RERANKER, "chatbot/generation/", "training/"),
    "sklearn": ("training/",),
    "phonenumbers": ("chatbot/pii/",),
    "stdnum": ("chatbot/pii/",),
    "opencc": ("chatbot/text.py",),
    "httpx": ("chatbot/handoff/webhook.py",),
    "openai": ("chatbot/generation/backends/openai.py",),
    "peft": ("chatbot/encoding/", "training/"),
}
IN_ONE_FILE = ("faiss", "onnxruntime", "openai", "httpx", "opencc")
NEVER_LOADED_EARLY = (
    "torch",
    "transformers",
    "sentence_transformers",
    "gradio",
    "faiss",
    "sqlalchemy",
    "onnxruntime",
    "sklearn",
    "pandas",
)

MOST_FILES = 20
"""Maximum number of Python files in one folder of code."""
MOST_ON_TOP = 8
"""Maximum number of files of any kind directly in `chatbot/`."""
