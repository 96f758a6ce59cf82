"""The reader's network: a message's tokens pass the last layers of the encoder and look at an entry's tokens in each.

The entry's states stay as they were when it was read alone (after PreTTR, MacAvaney et al. 2020). torch is imported
with this module, so import it only where it is trained.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from chatbot.encoding.cross_reader import ENTRY_TOKENS, MESSAGE_TOKENS
from chatbot.encoding.token_encoder import States

LAYERS = 3
"""The last layers of the encoder, which read message and entry together; a candidate costs these alone."""
_WIDTH, _DROPOUT, _SPREAD = 128, 0.1, 0.02
_NEVER = -1e4
"""Instead of minus infinity, which gives no number where a whole row is padding."""


class Reader(nn.Module):
    """Log-odds that an entry answers a message."""

    def __init__(self, encoder: Any) -> None:
        """Begin with the last layers of `encoder`, a BERT of transformers."""
        super().__init__()
        size = int(encoder.config.hidden_size)
        self.layers = nn.ModuleList(encoder.encoder.layer[-LAYERS:])
        self.heads = int(encoder.config.num_attention_heads)
        self.kinds = nn.Embedding(2, size)
        """What is added to the states of a message, and to those of an entry."""
        nn.init.normal_(self.kinds.weight, std=_SPREAD)
        self.head = nn.Sequential(nn.Linear(size * 3, _WIDTH), nn.Tanh(), nn.Dropout(_DROPOUT), nn.Linear(_WIDTH, 1))

    def forward(
        self, message: torch.Tensor, message_mask: torch.Tensor, entry: torch.Tensor, entry_mask: torch.Tensor
    ) -> torch.Tensor:
        """Shape (n,).

        Args:
            message: states of the message's tokens, shape (n, t, dimension).
            message_mask: 1 for a token, 0 for padding, shape (n, t).
            entry: states of the entry's tokens, shape (n, u, dimension).
            entry_mask: shape (n, u).
        """
        n, t, size = message.shape
        hidden = message + self.kinds.weight[0]
        entry = entry + self.kinds.weight[1]
        bias = (1.0 - torch.cat([message_mask, entry_mask], 1)[:, None, None, :]) * _NEVER
        width = size // self.heads

        def split(values: torch.Tensor) -> torch.Tensor:
            return values.view(n, -1, self.heads, width).transpose(1, 2)

        for layer in self.layers:
            parts: Any = layer
            attention = parts.attention.self
            seen = torch.cat([hidden, entry], 1)
            query, key, value = split(attention.query(hidden)), split(attention.key(seen)), split(attention.value(seen))
            weights = torch.softmax(query @ key.transpose(2, 3) / math.sqrt(width) + bias, -1)
            mixed = (weights @ value).transpose(1, 2).reshape(n, t, size)
            hidden = parts.attention.output(mixed, hidden)
            hidden = parts.output(parts.intermediate(hidden), hidden)
        mask = message_mask.unsqueeze(-1)
        mean = (hidden * mask).sum(1) / mask.sum(1)
        most = hidden.masked_fill(mask == 0, _NEVER).max(1).values
        odds: torch.Tensor = self.head(torch.cat([mean, most, hidden[:, 0]], 1)).squeeze(1)
        return odds


def new_reader(weights: Path, seed: int) -> Reader:
    """A reader that begins with the encoder whose weights lie in a directory of transformers."""
    from transformers import AutoModel

    torch.manual_seed(seed)
    return Reader(AutoModel.from_pretrained(weights, local_files_only=True, dtype=torch.float32))


def together(pairs: Sequence[tuple[States, States]]) -> tuple[torch.Tensor, ...]:
    """The arguments of `Reader.forward` for pairs of a message and an entry, padded to the longest."""
    messages = [message[:MESSAGE_TOKENS] for message, _ in pairs]
    entries = [entry[:ENTRY_TOKENS] for _, entry in pairs]
    return (*_padded(messages), *_padded(entries))


def _padded(states: Sequence[States]) -> tuple[torch.Tensor, torch.Tensor]:
    rows = np.zeros((len(states), max(len(one) for one in states), states[0].shape[1]), np.float32)
    mask = np.zeros(rows.shape[:2], np.float32)
    for place, one in enumerate(states):
        rows[place, : len(one)] = one
        mask[place, : len(one)] = 1.0
    return torch.from_numpy(rows), torch.from_numpy(mask)
