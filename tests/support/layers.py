"""The layers of the project and the owners of its libraries: tables that `test_project.py` holds the source to."""

from __future__ import annotations

PACKAGES = ("chatbot", "training", "ui")
RULES = "routing choosing commanding courtesy explaining evidence follow_up short_replies settings ports masking"
USE_CASES = """
assistant editing listening live repeating searching signals snapshot turns understanding answering dialogue
"""
# Lowest layer first. A module may import its own layer and those below; a more exact prefix wins.
LAYERS = (
    ("chatbot.domain", "chatbot.errors", "chatbot.text", "chatbot.pii", "chatbot.facts", "chatbot.concurrency"),
    tuple(f"chatbot.{name}" for name in RULES.split()),
    tuple(f"chatbot.{name}" for name in USE_CASES.split()),
    (
        "chatbot.encoding",
        "chatbot.intent",
        "chatbot.retrieval",
        "chatbot.generation",
        "chatbot.storage",
        "chatbot.importing",
    ),
    (
        "chatbot.knowledge.drafts",
        "chatbot.knowledge.imports",
        "chatbot.handoff.inbox",
        "chatbot.knowledge.transcripts",
        "chatbot.handoff",
    ),
    (
        *(
            "chatbot.bootstrap.application",
            "chatbot.bootstrap.encoders",
            "chatbot.bootstrap.generators",
            "chatbot.bootstrap.handoff",
            "chatbot.bootstrap.indexes",
        ),
        "chatbot.bootstrap.learning_stores",
        "chatbot.handoff.webhook",
    ),
    (
        *(
            "chatbot.bootstrap.doctor",
            "chatbot.knowledge.consistency",
            "chatbot.knowledge.faq_files",
            "chatbot.knowledge.change_preview",
            "chatbot.bootstrap.sample_shop",
        ),
        *(
            "chatbot.knowledge.transcript_files",
            "chatbot.knowledge.rejected_rows",
            "chatbot.knowledge.translation_pairs",
        ),
    ),
    ("chatbot.api", "chatbot.cli", "chatbot.__main__", "training", "ui"),
)
ADAPTERS = LAYERS[3]
ANYBODY = "chatbot"  # the package itself holds the version number and nothing else

# A library and the only places that may import it, as prefixes of files.
RERANKER = "chatbot/retrieval/reranking.py"
OWNERS = {
    "gradio": ("ui/",),
    "gradio_client": ("ui/",),
    "sqlalchemy": ("chatbot/storage/",),
    "alembic": ("chatbot/storage/",),
    "faiss": ("chatbot/retrieval/",),
    "onnxruntime": ("chatbot/encoding/",),
    "torch": (RERANKER, "chatbot/encoding/", "chatbot/generation/", "training/"),
    "transformers": ("chatbot/encoding/", "chatbot/generation/", "training/"),
    "sentence_transformers": (
        "chatbot/encoding/",
        RERANKER,
        "chatbot/generation/",
        "training/",
    ),
    "sklearn": ("training/",),
    "phonenumbers": ("chatbot/pii/",),
    "stdnum": ("chatbot/pii/",),
    "httpx": ("chatbot/handoff/webhook.py",),
    "openai": ("chatbot/generation/",),
    "peft": ("chatbot/encoding/", "training/"),
}
IN_ONE_FILE = ("faiss", "onnxruntime")
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
