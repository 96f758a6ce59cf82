"""Writes the report of a trained generator: its data, its figures, and sample replies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from chatbot.domain import FaqEntry, FaqHit, Message, Role
from chatbot.domain.pieces import text_of
from chatbot.generation.backends.gpt2 import Gpt2Generator

REPORT = "report.md"
SAMPLES = {
    "en": ("hello", "thanks", "are you a robot", "how are you", "I am angry", "what can you do", "tell me a joke"),
    "zh": ("你好", "谢谢", "你是机器人吗", "你好吗", "我很生气", "你能做什么", "讲个笑话"),
}
GROUNDED = {
    "en": ("how long does it take", "Delivery to Perth takes 6 to 9 working days and costs S$31.50."),
    "zh": ("要多久", "寄往珀斯需要 6 至 9 个工作日，运费 31.50 新元。"),
}


def samples(generator: Gpt2Generator, languages: Sequence[str]) -> list[tuple[str, str, str]]:
    """Language, customer message and unguarded reply, for the same openings every time."""
    found = []
    for lang in languages:
        for said in SAMPLES[lang]:
            reply = text_of(generator.stream([Message(Role.CUSTOMER, said)], (), lang=lang))
            found.append((lang, said, reply))
        said, answer = GROUNDED[lang]
        hit = FaqHit(FaqEntry("made-up", "", answer, lang=lang), 1.0)
        reply = text_of(generator.stream([Message(Role.CUSTOMER, said)], (hit,), lang=lang))
        found.append((lang, f"{said} [source: {answer}]", reply))
    return found


def weakness(metrics: Mapping[str, float]) -> str:
    """The warning for a model with a higher held-out perplexity than a trigram model; empty if there is none."""
    own, counted = (metrics.get(name, 0.0) for name in ("held_out_perplexity", "trigram_perplexity"))
    if not 0.0 < counted < own:
        return ""
    return (
        f"its perplexity on held-out turns is {own:.1f}, that of a trigram {counted:.1f}: so few transcripts teach it "
        "too little. Import more, train longer, or start from a model that can speak: --base."
    )


def write_report(directory: Path, manifest: Mapping[str, Any]) -> None:
    """Write report.md into a directory whose manifest can already be read."""
    generator = Gpt2Generator(directory, threads=int(manifest["config"]["threads"]), seconds=20.0)
    metrics, counts = manifest["metrics"], manifest["conversations"]
    told = samples(generator, manifest["languages"])
    lines = [
        f"# Generator {manifest['version']}",
        "",
        f"GPT-2, {manifest['parameters']:,} parameters, {manifest['n_positions']} positions, base "
        f"`{manifest['base']}`, seed {manifest['seed']}. Trained on {counts['train']} conversations "
        f"({manifest['tokens_seen']:,} tokens in {manifest['steps']} steps, {manifest['minutes']} minutes); "
        f"{counts['held_out']} conversations held out, none "
        "of a common origin with the others.",
        "",
        *((f"Weak: {weak}", "") if (weak := weakness(metrics)) else ()),
        "| figure | value | meaning |",
        "|---|---|---|",
        *(f"| {name} | {metrics[name]} | {meaning} |" for name, meaning in _MEANINGS.items() if name in metrics),
        "",
        "## Held-out loss",
        "",
        "| step | train | held out |",
        "|---|---|---|",
        *(f"| {one['step']} | {one['train']} | {one['held_out']} |" for one in manifest["losses"]),
        "",
        "## Replies, before the guard",
        "",
        "| language | customer | reply |",
        "|---|---|---|",
        *(f"| {lang} | {_cell(said)} | {_cell(reply)} |" for lang, said, reply in told),
        "",
    ]
    (directory / REPORT).write_text("\n".join(lines), encoding="utf-8")


_MEANINGS = {
    "held_out_perplexity": "agents' turns of all held-out conversations, sources given (best checkpoint)",
    "perplexity": "the same on the sampled turns below, prompt cut as in serving",
    "n": "sampled held-out turns answered",
    "distinct_1": "different words in those replies",
    "distinct_2": "different word pairs in those replies",
    "rouge_l": "likeness to the agents' own replies, 0 to 1",
    "grounded": "replies that the guard lets through whole",
    "rewritten": "replies completed in the words of a source or of known small talk",
    "refused": "replies replaced by a question back or the offer of a person",
    "ungrounded_rate": "replies that state something beyond their sources",
    "invented_per_100": "invented facts per 100 replies behind the guard, by the independent checker",
    "invented_per_100_unguarded": "the same without the guard",
    "trigram_perplexity": "of a Kneser-Ney trigram on the held-out turns, same tokens",
    "p50_ms": "median time of a whole reply on the training machine",
}


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
