from pathlib import Path

import pytest

from config import messages

TEMPLATE = """{% load i18n %}
<h1>{% translate "Open cases" %}</h1>
  {% blocktranslate count n=n %}{{ n }} case{% plural %}{{ n }} cases{% endblocktranslate %}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of one template, one module and no catalogue."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(TEMPLATE)
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").write_text('NAME = gettext_lazy("Dear %(name)s")\n')
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "LOCALE", tmp_path / "locale")
    return tmp_path / "locale" / "th" / "LC_MESSAGES" / "django.po"


def translate(catalogue: Path, **changes: str) -> None:
    text = catalogue.read_text()
    words = {"Open cases": "เรื่องที่เปิดอยู่", "Dear %(name)s": "เรียน %(name)s"} | changes
    for english, thai in words.items():
        text = text.replace(f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{thai}"')
    catalogue.write_text(text.replace('msgstr[0] ""', 'msgstr[0] "%(n)s เรื่อง"'))


def test_update_collects_texts_of_templates_and_modules(project: Path) -> None:
    messages.update()
    text = project.read_text()
    assert 'msgid "Open cases"' in text
    assert 'msgid_plural "%(n)s cases"' in text
    assert 'msgid "Dear %(name)s"' in text


def test_update_says_how_many_wait_from_the_first_time_on(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    messages.update()
    first = capsys.readouterr().out
    messages.update()
    assert first == capsys.readouterr().out
    assert " 0 to translate" not in first


def test_update_keeps_translations_and_drops_what_is_no_longer_used(project: Path) -> None:
    messages.update()
    translate(project)
    module = messages.ROOT / "app" / "__init__.py"
    module.write_text('NAME = gettext("Something new")\n')
    messages.update()
    text = project.read_text()
    assert "เรื่องที่เปิดอยู่" in text
    assert "Dear" not in text
    assert 'msgid "Something new"\nmsgstr ""' in text


def test_check_is_content_with_a_complete_catalogue(project: Path) -> None:
    messages.update()
    translate(project)
    assert messages.check() == 0


def test_check_names_a_missing_translation(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    messages.update()
    assert messages.check() == 1
    assert "not translated: 'Open cases'" in capsys.readouterr().err


def test_check_names_a_placeholder_that_differs(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    messages.update()
    translate(project, **{"Dear %(name)s": "เรียน"})
    assert messages.check() == 1
    assert "placeholders differ: 'Dear %(name)s'" in capsys.readouterr().err


def test_check_names_a_text_the_catalogue_does_not_hold(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    messages.update()
    translate(project)
    (messages.ROOT / "app" / "more.py").write_text('gettext("Later")\n')
    assert messages.check() == 1
    assert "not in the catalogue: 'Later'" in capsys.readouterr().err


def test_compile_makes_a_catalogue_that_gettext_reads(project: Path) -> None:
    messages.update()
    translate(project)
    messages.compile_all()
    import gettext

    with project.with_suffix(".mo").open("rb") as made:
        assert gettext.GNUTranslations(made).gettext("Open cases") == "เรื่องที่เปิดอยู่"
