"""The texts of a model's prototypes, for explaining: utterances.json in its directory.

Knows: the file and its checks. Does not know: numbers, how texts are used. Directories written before there was such a
file have none, and their texts are unknown.
"""

from __future__ import annotations

import json
from pathlib import Path

from chatbot.errors import ArtifactError

UTTERANCES = "utterances.json"

Utterances = tuple[str | None, ...]
"""In the order of the prototypes, then of the out-of-scope prototypes; None where the text is not kept."""


def write_utterances(directory: Path, utterances: Utterances) -> None:
    """Write the texts, if there are any. Raises OSError."""
    if utterances:
        text = json.dumps(utterances, ensure_ascii=False, indent=0)
        (directory / UTTERANCES).write_text(text + "\n", encoding="utf-8", errors="replace")


def read_utterances(directory: Path) -> Utterances:
    """The texts, or nothing where the directory has none.

    Raises:
        ArtifactError: the file cannot be read or holds something else.
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
