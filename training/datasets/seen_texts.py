"""Records which texts a model was trained on, as sorted hashes of the normalised texts instead of the texts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from chatbot.errors import ArtifactError
from chatbot.text import normalise

SEEN = "seen.safetensors"
_NAME = "hashes"


def text_hashes(texts: Iterable[str]) -> NDArray[np.uint64]:
    """One hash per text, shape (n,): texts that are equal after normalisation have equal hashes."""
    digests = [hashlib.blake2b(_key(text), digest_size=8).digest() for text in texts]
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)


def write_seen(folder: Path, texts: Iterable[str]) -> None:
    """Write the hashes of the training texts into a model directory."""
    save_file({_NAME: np.unique(text_hashes(texts))}, folder / SEEN)


def seen_hashes(folder: Path) -> NDArray[np.uint64] | None:
    """The hashes of the texts that the model in this directory was trained on; None if they were not recorded.

    Raises:
        ArtifactError: the file is damaged.
    """
    path = folder / SEEN
    if not path.is_file():
        return None
    try:
        known: NDArray[np.uint64] = load_file(path)[_NAME]
    except (OSError, KeyError, SafetensorError) as error:
        raise ArtifactError(
            f"{path} is damaged ({error}): delete it to measure without it, or train again with: chatbot train intent"
        ) from error
    return known


def seen_rows(folder: Path, texts: Sequence[str]) -> NDArray[np.bool_] | None:
    """True for the texts that the model in this directory was trained on, shape (n,); None if they were not recorded.

    Raises:
        ArtifactError: the file is damaged.
    """
    known = seen_hashes(folder)
    return None if known is None else np.isin(text_hashes(texts), known)


def _key(text: str) -> bytes:
    return (normalise(text) or text).encode("utf-8", "surrogatepass")
