"""Reports of versions: where they are read, and what the console makes of their Markdown."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from chatbot.bootstrap.model_reports import model_folder, report_pictures, report_text
from chatbot.errors import InputError, NotFoundError
from chatbot.settings import Settings
from support.fakes.storage import FakeModelRegistry
from support.fakes.ui import DOT, REPORT, fake_services
from ui.console.training import actions
from ui.console.training.report import model_report_html, report_missing_html
from ui.services import ModelReport
from ui.wording.words import Words

if TYPE_CHECKING:
    from chatbot.bootstrap.stores import Stores

EN = Words("en")


@pytest.fixture
def opened(tmp_path: Path) -> Stores:
    """A home with the versions v1 (with a report) and v2 (without), and something beside them."""
    registry = FakeModelRegistry(lambda: None)
    for version in ("v1", "v2", "../../secret"):
        registry.add("intent", version, {})
    registry.add("generator", "g1", {})
    settings = Settings(home=tmp_path)
    for kind, version in (("intent", "v1"), ("intent", "v2"), ("generator", "g1"), ("intent", "unregistered")):
        (settings.models_dir(kind) / version).mkdir(parents=True)
    (settings.models_dir("intent") / "v1" / "report.md").write_text("# 报告\n", encoding="utf-8")
    (settings.models_dir("intent") / "v1" / "dot.png").write_bytes(DOT)
    (settings.models_dir("generator") / "g1" / "report.md").write_text("# G\n", encoding="utf-8")
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "report.md").write_text("secret", encoding="utf-8")
    return cast("Stores", SimpleNamespace(registry=registry, settings=settings))


def test_the_report_of_a_version_is_read_with_its_pictures(opened: Stores) -> None:
    folder = model_folder(opened, "v1")
    assert report_text(folder) == "# 报告\n"
    assert report_pictures(folder) == (("dot.png", DOT),)
    assert report_text(model_folder(opened, "g1")) == "# G\n"
    assert report_pictures(model_folder(opened, "g1")) == ()


@pytest.mark.parametrize("version", ["v9", "unregistered", "", ".", "../../secret", "v1/../v1", "/etc"])
def test_only_a_registered_version_leads_anywhere(version: str, opened: Stores) -> None:
    with pytest.raises(NotFoundError, match="There is no model version"):
        model_folder(opened, version)


def test_a_version_without_a_report_says_so(opened: Stores) -> None:
    with pytest.raises(NotFoundError, match="Version v2 has no report"):
        report_text(model_folder(opened, "v2"))


def test_a_report_becomes_html_with_its_own_pictures_and_nothing_from_outside() -> None:
    shown = model_report_html("v<1>", ModelReport(REPORT.format(version="v1"), (("dot.png", DOT),)), EN)
    assert re.findall(r"<h\d>[^<]*", shown) == ["<h3>Report of version v&lt;1&gt;", "<h4>Intents"]
    assert "<td>a &lt;b&gt; | c &lt;i&gt;d&lt;/i&gt;</td>" in shown
    (picture,) = re.findall(r"<img [^>]*>", shown)
    assert 'src="data:image/png;base64,' in picture
    assert 'alt="A dot"' in picture
    assert "Not here" in shown
    assert "elsewhere" in shown
    assert "example.com" not in shown
    assert "<a " not in shown


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "[x](javascript:alert(1))", "<https://a.b>", '![x](a.png "t")', "![a](data:x)"],
)
def test_markup_in_a_report_stays_harmless(text: str) -> None:
    shown = model_report_html("v1", ModelReport(text), EN)
    assert not re.search(r"<(script|a|img)\b", shown)


def test_a_reason_is_escaped() -> None:
    assert "&lt;b&gt;" in report_missing_html("<b>")


def test_a_report_needs_a_chosen_version_that_exists(tmp_path: Path) -> None:
    services = fake_services(tmp_path, pause=0)
    with pytest.raises(InputError, match="choose a version"):
        actions.report_of(services, None, EN)
    with pytest.raises(NotFoundError):
        actions.report_of(services, "v9", EN)
    services.models.registry.add("intent", "v1", {})
    assert actions.report_of(services, "v1", EN).text.startswith("# Intent model v1")
