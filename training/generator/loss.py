"""The training loss: weighted cross entropy over tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from training.generator.examples import Window


def mean_loss(model: Any, batches: Sequence[Sequence[Window]]) -> float:
    """Cross entropy in nats per weighted token of all batches, without dropout."""
    import torch

    model.eval()
    with torch.inference_mode():
        sums = [batch_loss(model, batch) for batch in batches]
    return sum(float(loss) for loss, _ in sums) / max(1e-9, sum(weight for _, weight in sums))


def batch_loss(model: Any, batch: Sequence[Window]) -> tuple[Any, float]:
    """Weighted sum of the cross entropy in nats over predicted tokens, and the sum of the weights."""
    import torch

    longest = max(len(window.ids) for window in batch)
    ids = torch.zeros((len(batch), longest), dtype=torch.long)
    weights = torch.zeros((len(batch), longest))
    mask = torch.zeros((len(batch), longest), dtype=torch.long)
    for row, window in enumerate(batch):
        ids[row, : len(window.ids)] = torch.tensor(window.ids)
        weights[row, : len(window.ids)] = torch.tensor(window.weights)
        mask[row, : len(window.ids)] = 1
    device = next(model.parameters()).device
    ids, weights, mask = ids.to(device), weights.to(device), mask.to(device)
    logits = model(input_ids=ids, attention_mask=mask, use_cache=False).logits[:, :-1]
    each = torch.nn.functional.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
    weights = weights[:, 1:].flatten()
    return (each * weights).sum(), float(weights.sum())
