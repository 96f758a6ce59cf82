"""`chatbot train`: train a model from your data."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from chatbot.cli.intents import ACTOR
from chatbot.cli.review import person
from chatbot.cli.terminal import tuning_options as options
from chatbot.cli.terminal.output import JsonOption, interruptible, print_json, progress_bar, say
from chatbot.cli.terminal.session import quiet_libraries, read_file, read_utterances, stores
from chatbot.errors import InputError

if TYPE_CHECKING:
    from chatbot.bootstrap.stores import Stores
    from training.pipelines.intent import TrainingOutcome

SeedOption = Annotated[int, typer.Option(min=0, help="Seed of every random choice; equal seeds give equal models.")]


def train_intent(
    data: Annotated[
        list[Path] | None, typer.Option(help="CSV of labelled utterances (text,intent); repeatable.")
    ] = None,
    from_conversations: Annotated[
        bool, typer.Option("--from-conversations", help="Also learn from the labels given to logged messages.")
    ] = False,
    mode: Annotated[
        Literal["auto", "fast", "full"],
        typer.Option(help="fast: frozen encoder; full: fine-tuned encoder; auto: the better of both."),
    ] = "auto",
    seed: SeedOption = 13,
    live_share: Annotated[
        float,
        typer.Option(min=0.0, max=0.95, help="With --from-conversations: share of the live version's heads to keep."),
    ] = 0.5,
    minutes: options.Minutes = None,
    learning_rate: options.LearningRate = None,
    epochs: options.Epochs = None,
    batch_size: options.BatchSize = None,
    freeze_layers: options.FreezeLayers = None,
    lora_rank: options.LoraRank = None,
    augment: options.Augment = None,
    log_dir: options.LogDir = None,
    _adversarial: options.Adversarial = None,
    _label_smoothing: options.LabelSmoothing = None,
    _learned_share: options.LearnedShare = None,
    promote: Annotated[bool, typer.Option("--promote", help="Promote the version if the gate lets it pass.")] = False,
    override: Annotated[
        str, typer.Option(help="With --promote: go live even if the gate refuses, for this reason; it is logged.")
    ] = "",
    detach: Annotated[bool, typer.Option("--detach", help="Train in the background and return at once.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Train the intent model on files, or on the data of this home."""
    from training.intent.config import IntentTrainingConfig, with_tuning
    from training.jobs.process import start_job
    from training.jobs.runner import be_nice, run_job

    config = with_tuning(
        IntentTrainingConfig(mode=mode, seed=seed, live_share=live_share),
        auto_minutes=minutes,
        learning_rate=learning_rate,
        epochs=epochs,
        batch_size=batch_size,
        frozen_layers=freeze_layers,
        lora_rank=lora_rank,
        augmentation=None if augment is None else tuple(kind for kind in augment if kind != "none"),
    )
    wanted: dict[str, Any] = {"mode": mode, "seed": seed, "from_conversations": from_conversations, "promote": promote}
    wanted |= {"live_share": live_share, "override": override, "data": [str(path) for path in data or ()]}
    with stores() as opened:
        if detach:
            _detach(opened, wanted, as_json=as_json)
            return
        examples = read_utterances(data, opened.settings) if data else None
        job = start_job(opened, wanted, person(""))
        be_nice()
        with interruptible(), progress_bar() as progress:
            done = run_job(opened, job, config=config, examples=examples, log_dir=log_dir, progress=progress)
    for note in (*done.notes, done.gate):
        if note:
            say(note)
    if as_json:
        print_json(done.as_json())
        return
    examined = f"{done.metrics.get('examples', '?')} utterances, mode {done.mode}"
    _print_outcome(done, f"Intent model {done.version} trained on {examined}.")


def _detach(opened: Stores, wanted: Mapping[str, Any], *, as_json: bool) -> None:
    from training.jobs.process import start_training

    if wanted["data"]:
        raise InputError("A training in the background takes the utterances of the home: import the file first.")
    job = start_training(opened, wanted, person(""))
    if as_json:
        print_json({"job": job.id})
        return
    print(f"Training job {job.id} has begun. See how far it is: chatbot train jobs")


def train_generator(
    base: Annotated[str, typer.Option(help="scratch, a model directory, or a model hub id.")] = "scratch",
    data: Annotated[list[Path] | None, typer.Option(help="CSV of transcripts; repeatable.")] = None,
    seed: SeedOption = 13,
    minutes: Annotated[float, typer.Option(min=0.05, max=10_000, help="Time limit in minutes.")] = 60.0,
    lora_rank: Annotated[
        int, typer.Option(min=0, max=512, help="Rank of LoRA adapters on a base (extra `lora`); 0 trains all weights.")
    ] = 0,
    accumulation: Annotated[
        int, typer.Option(min=1, max=1024, help="Gradient accumulation: forward passes per step.")
    ] = 1,
    learning_rate: Annotated[
        float | None, typer.Option(help="Peak learning rate; default 0.002 from scratch, 0.0002 from a base.")
    ] = None,
    log_dir: Annotated[Path | None, typer.Option(help="Directory for TensorBoard logs (extra `logs`).")] = None,
    promote: Annotated[bool, typer.Option("--promote", help="Promote the version when it is trained.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Train the generator on transcripts, from files or from this home.

    For several processes or GPUs start it with: accelerate launch -m chatbot train generator ...
    """
    from training.generator.report import weakness
    from training.pipelines.generator import train_generator_model

    with stores() as opened:
        files = [(path.name, read_file(path, opened.settings)) for path in data] if data else None
        with interruptible(), progress_bar() as progress:
            done = train_generator_model(
                opened,
                base=base,
                files=files,
                seed=seed,
                minutes=minutes,
                promote=promote,
                accumulation=accumulation,
                lora_rank=lora_rank,
                learning_rate=learning_rate,
                log_dir=log_dir,
                progress=progress,
            )
        if done is None:
            return
        opened.audit.record(ACTOR, "train generator", {"version": done.version, "went_live": done.went_live})
    if as_json:
        print_json(done.as_json())
        return
    _print_outcome(done, f"Generator {done.version} trained.")
    if weak := weakness(done.metrics):
        say(f"Warning: {weak}")


def train_common(
    businesses: Annotated[
        list[Path] | None,
        typer.Option(help="Folder of businesses whose messages are questions; default data/businesses. Repeatable."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="Model directory; default data/common_intents/model, which every home reads.")
    ] = None,
    seed: SeedOption = 13,
    as_json: JsonOption = False,
) -> None:
    """Train the model of common intents that ships with the project: a wish for a person, thanks, complaints ..."""
    from chatbot.bootstrap.common_intents import common_intents_dir
    from training.pipelines.common_intents import train_common_intents

    folder = common_intents_dir().parent
    beside = folder.parent / "businesses"
    with interruptible(), progress_bar() as progress:
        done = train_common_intents(
            folder, businesses or [beside], output or common_intents_dir(), seed=seed, progress=progress
        )
    if as_json:
        print_json(done.as_json())
        return
    print(f"Model of common intents {done.version} written to {done.directory}.")
    for name, value in done.metrics.items():
        if isinstance(value, float):
            print(f"  {name:<24} {value:.4f}")


def train_reader(
    businesses: Annotated[Path | None, typer.Option(help="Folder of businesses; default data/businesses.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Directory of the reader; default data/reader, which every home reads.")
    ] = None,
    epochs: Annotated[
        int, typer.Option(min=1, max=100, help="Passes over the messages in each of the two stages.")
    ] = 2,
    seed: SeedOption = 13,
    threads: Annotated[int, typer.Option(min=1, max=256, help="Processor threads.")] = 1,
    encoder: Annotated[
        bool, typer.Option("--encoder", help="Make the encoder anew, too; it is made anyway if it is missing.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Train the reader that ships with the project, which says whether an entry answers a message.

    It takes hours. A training that was killed goes on after its last epoch when it is started again.
    """
    from chatbot.bootstrap.reading import reader_dir
    from chatbot.bootstrap.sample_shop import sample_dir
    from training.pipelines.reader import train_reader as train

    quiet_libraries()
    data = sample_dir()
    with interruptible(), progress_bar() as progress:
        done = train(
            businesses or data / "businesses",
            out or reader_dir(),
            epochs=epochs,
            seed=seed,
            threads=threads,
            anew=encoder,
            vocabulary=data,
            progress=progress,
        )
    if as_json:
        print_json(done.as_json())
        return
    print(f"Reader {done.version} written to {done.directory}.")
    for name, value in done.as_json()["metrics"].items():
        if isinstance(value, float):
            print(f"  {name:<24} {value:.4f}")


def _print_outcome(done: TrainingOutcome, headline: str) -> None:
    print(headline)
    for name, value in done.metrics.items():
        if isinstance(value, float):
            print(f"  {name:<24} {value:.4f}")
    print("It is live." if done.went_live else f"It is a candidate. Go live: chatbot models promote {done.version}")
