"""Small real generators for tests: a GPT-2 of a few thousand random weights, created on demand."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from chatbot.domain import FaqEntry, FaqHit, Message, Role
from chatbot.domain.pieces import Piece

TEXTS = (
    "Hello! How can I help you today?",
    "Delivery takes 2 to 4 working days.",
    "您好，请问有什么可以帮您？",
    "不客气",
)


def tiny_generator(directory: Path, *, positions: int = 96, seed: int = 0) -> Path:
    """Write a generator that produces nonsense in whole characters; returns its directory."""
    import torch

    from chatbot.artifacts.publishing import MANIFEST, write_json
    from training.generator.model import Size, make_model, make_tokenizer, write_directory

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        tokenizer = make_tokenizer(TEXTS, vocabulary=330)
        model = make_model(tokenizer, Size(vocabulary=330, positions=positions, width=16, layers=1, heads=2))
        write_directory(directory, model, tokenizer)
    write_json(directory / MANIFEST, {"version": "tiny", "kind": "generator"})
    return directory


CHAT_TEMPLATE = "{% for one in messages %}<{{ one['role'] }}>{{ one['content'] }}{% endfor %}<assistant>"


def causal_model(directory: Path, *, template: str = "", positions: int = 1024) -> Path:
    """Write a Llama of a few thousand random weights, with its own BPE, in the layout of published models."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=330, special_tokens=["</s>"], initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(TEXTS, trainer)
    published = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="</s>")
    if template:
        published.chat_template = template
    published.save_pretrained(directory)
    shape = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        config = LlamaConfig(
            vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=positions, eos_token_id=0, **shape
        )
        LlamaForCausalLM(config).save_pretrained(directory)
    return directory


def said(*texts: str) -> list[Message]:
    """A history of alternating turns that ends with the customer's."""
    roles = (Role.CUSTOMER, Role.ASSISTANT)
    return [Message(roles[(len(texts) - 1 - place) % 2], text) for place, text in enumerate(texts)]


def hit(answer: str) -> FaqHit:
    """A hit with that answer."""
    return FaqHit(FaqEntry("faq-1", "a question", answer), 0.9)


def texts(pieces: Iterable[Piece]) -> list[str]:
    """The text of each piece."""
    return [piece.text for piece in pieces]
