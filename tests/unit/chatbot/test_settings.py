"""Where a setting comes from, and what the operator reads when it cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from chatbot.errors import ConfigError
from chatbot.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CHATBOT_HOME")
    return tmp_path


def write_toml(text: str) -> None:
    Path("chatbot.toml").write_text(text, "utf-8")


def test_everything_has_a_default() -> None:
    settings = load_settings()
    assert (settings.home, settings.port, settings.encoder) == (Path("var"), 7860, "minilm")


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_each_source_outranks_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().port == 7860
    write_toml("port = 1001")
    assert load_settings().port == 1001
    monkeypatch.setenv("CHATBOT_PORT", "1002")
    assert load_settings().port == 1002
    assert load_settings(port=1003).port == 1003


def test_sources_are_merged_setting_by_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    write_toml('port = 1001\nlang = "zh"\nhost = "0.0.0.0"')
    monkeypatch.setenv("CHATBOT_LANG", "en")
    settings = load_settings(host="::1")
    assert (settings.port, settings.lang, settings.host) == (1001, "en", "::1")


def test_a_flag_that_was_not_given_decides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHATBOT_PORT", "1002")
    assert load_settings(port=None, lang=None).port == 1002


def test_variables_of_others_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "1")
    monkeypatch.setenv("MYCHATBOT_PORT", "2")
    assert load_settings().port == 7860


def test_an_unknown_variable_is_refused_with_the_nearest_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHATBOT_PROT", "1002")
    with pytest.raises(ConfigError, match=r"'CHATBOT_PROT' in the environment\. Did you mean CHATBOT_PORT\?"):
        load_settings()


def test_an_unknown_key_in_the_file_is_refused_with_the_nearest_name() -> None:
    write_toml('encodre = "minilm"')
    with pytest.raises(ConfigError, match=r"'encodre' in chatbot\.toml\. Did you mean encoder\?"):
        load_settings()


def test_a_name_like_no_other_gets_the_list_of_all() -> None:
    write_toml("zzz = 1")
    with pytest.raises(ConfigError, match=r"Known settings: home, .*log_level"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("CHATBOT_PORT", "abc", r"In the environment \(CHATBOT_PORT\), port = 'abc' cannot be used: .+\."),
        ("CHATBOT_PORT", "70000", r"In the environment \(CHATBOT_PORT\), port = '70000' cannot be used: .+65535\."),
        ("CHATBOT_LANG", "fr", r"In the environment \(CHATBOT_LANG\), lang = 'fr' cannot be used: .*'en' or 'zh'\."),
        ("CHATBOT_THREADS", "0", r"threads = '0' cannot be used"),
        ("CHATBOT_GENERATOR_SECONDS", "-1", r"generator_seconds = '-1' cannot be used"),
        ("CHATBOT_TOLERATED_WRONG", "1", r"tolerated_wrong = '1' cannot be used"),
        ("CHATBOT_LOG_LEVEL", "loud", r"log_level = 'loud' cannot be used"),
    ],
)
def test_an_unusable_variable_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=sentence) as caught:
        load_settings()
    assert "\n" not in str(caught.value)


def test_an_unusable_value_in_the_file_names_the_file() -> None:
    write_toml('threads = "many"')
    with pytest.raises(ConfigError, match=r"^In chatbot\.toml, threads = 'many' cannot be used"):
        load_settings()


def test_an_unusable_flag_names_the_option(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHATBOT_PORT", "1002")
    with pytest.raises(ConfigError, match=r"^The option port = -1 cannot be used"):
        load_settings(port=-1)


def test_a_file_that_is_not_toml_is_refused_with_the_line() -> None:
    write_toml("port = = 3")
    with pytest.raises(ConfigError, match=r"chatbot\.toml is not valid TOML: .*line 1"):
        load_settings()


def test_a_file_that_is_not_utf8_is_refused() -> None:
    Path("chatbot.toml").write_bytes("home = '数据'".encode("gb18030"))
    with pytest.raises(ConfigError, match=r"chatbot\.toml"):
        load_settings()


def test_an_unknown_flag_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"'prot' .*Did you mean port\?"):
        load_settings(prot=1)


def test_settings_cannot_be_changed() -> None:
    settings = load_settings()
    with pytest.raises(ValidationError):
        settings.port = 1  # type: ignore[misc]


def test_the_password_of_the_database_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHATBOT_DATABASE_URL", "postgresql+psycopg://shop:secret@db/shop")
    settings = load_settings()
    assert "secret" not in repr(settings)
    assert settings.url == "postgresql+psycopg://shop:secret@db/shop"


def test_everything_mutable_lives_in_the_home() -> None:
    settings = load_settings(home=Path("shop"))
    assert settings.url == "sqlite:///shop/chatbot.db"
    for path in (settings.database_path, settings.encoders_dir, settings.index_dir, settings.models_dir("intent")):
        assert path.is_relative_to("shop")


def test_an_empty_database_url_means_sqlite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHATBOT_DATABASE_URL", "")
    assert load_settings().url.startswith("sqlite:///")


@pytest.mark.parametrize("value", ["ftp://host/x", "file:///etc/passwd", "host/x", "https://", "javascript:alert(1)"])
def test_a_webhook_is_an_address_of_the_web(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHATBOT_HANDOFF_WEBHOOK", value)
    with pytest.raises(ConfigError, match=r"CHATBOT_HANDOFF_WEBHOOK.*start with http:// or https://"):
        load_settings()


def test_a_webhook_is_a_secret_and_an_empty_one_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHATBOT_HANDOFF_WEBHOOK", "")
    assert load_settings().handoff_webhook is None
    monkeypatch.setenv("CHATBOT_HANDOFF_WEBHOOK", "https://chat.example/hook/token")
    settings = load_settings()
    assert "token" not in repr(settings)
    assert settings.handoff_webhook is not None
    assert settings.handoff_webhook.get_secret_value() == "https://chat.example/hook/token"
