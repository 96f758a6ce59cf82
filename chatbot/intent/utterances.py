"""The texts of a model's prototypes, used in explanations: utterances.json in the model directory.

Directories written before this file existed have no texts.
"""

from __future__ import annotations

import json
from pathlib import Path

from chatbot.errors import ArtifactError

UTTERANCES = "utterances.json"

Utterances = tuple[str | None, ...]
"""In the order of the prototypes, then of the out-of-scope prototypes; None for a text that is not stored."""


def write_utterances(directory: Path, utterances: Utterances) -> None:
    """Write the texts, if there are any. Raises OSError."""
    if utterances:
        text = json.dumps(utterances, ensure_ascii=False, indent=0)
        (directory / UTTERANCES).write_text(text + "\n", encoding="utf-8", errors="replace")


def read_utterances(directory: Path) -> Utterances:
    """The texts, empty if the directory has none.

    Raises:
        ArtifactError: the file cannot be read or contains something else.
    """
    path = directory / UTTERANCES
    try:
        texts = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, RecursionError) as error:
        raise ArtifactError(f"{path} cannot be read ({error}): train again with: chatbot train intent.") from error
    if not isinstance(texts, list) or not all(text is None or isinstance(text, str) for text in texts):
        raise ArtifactError(f"{path} is damaged (no list of texts): train again with: chatbot train intent.")
    return tuple(texts)
