"""Small real generators for tests: a GPT-2 of a few thousand parameters with random weights, made on the spot.

Knows: the layout of a generator's directory. Does not know: training.
"""

from __future__ import annotations

from pathlib import Path

from chatbot.domain import FaqEntry, FaqHit, Message, Role

TEXTS = (
    "Hello! How can I help you today?",
    "Delivery takes 2 to 4 working days.",
    "您好，请问有什么可以帮您？",
    "不客气",
)


def tiny_generator(directory: Path, *, positions: int = 96, seed: int = 0) -> Path:
    """Write a generator that speaks nonsense in whole characters; returns its directory."""
    import torch

    from training.generator_model import Size, make_model, make_tokenizer, write_directory, write_manifest

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        tokenizer = make_tokenizer(TEXTS, vocabulary=330)
        model = make_model(tokenizer, Size(vocabulary=330, positions=positions, width=16, layers=1, heads=2))
        write_directory(directory, model, tokenizer)
    write_manifest(directory, {"version": "tiny", "kind": "generator"})
    return directory


def said(*texts: str) -> list[Message]:
    """A history whose turns alternate; the last one is the customer's."""
    roles = (Role.CUSTOMER, Role.ASSISTANT)
    return [Message(roles[(len(texts) - 1 - place) % 2], text) for place, text in enumerate(texts)]


def hit(answer: str) -> FaqHit:
    """A hit with that answer."""
    return FaqHit(FaqEntry("faq-1", "a question", answer), 0.9)
