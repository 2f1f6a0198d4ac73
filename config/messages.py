"""The catalogues of the interface, by Babel alone: no gettext programs are needed. Texts in the code are English.

python -m config.messages update     bring locale/*.po up to date with the code and the templates
python -m config.messages compile    make the .mo files that Django reads
python -m config.messages check      fail when a catalogue is out of date or a translation is missing or wrong
"""

import argparse
import io
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
TRANSLATED = ["th"]
NOT_SHOWN = {"tests", "benchmarks"}
# The functions of django.utils.translation, each lazy or not, with the places of their texts and context.
KEYWORDS = DEFAULT_KEYWORDS | {
    f"{name}{lazy}": places
    for name, places in {
        "gettext": None,
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
        "npgettext": ((1, "c"), 2, 3),
    }.items()
    for lazy in ("", "_lazy", "_noop")
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|(%[sd])|\{(\w*)\}")

Text = str | list[str] | tuple[str, ...] | None


def sources() -> Iterator[Path]:
    """The Python files and the templates of the project, in order."""
    packages = {init.parent for init in ROOT.glob("*/__init__.py") if init.parent.name not in NOT_SHOWN}
    for folder in sorted({*packages, ROOT / "templates"}):
        yield from sorted(path for path in folder.rglob("*") if path.suffix in {".py", ".html", ".txt"})


def extracted() -> Catalog:
    """The texts of the whole project, each with the files that use it."""
    found = Catalog(project="Sodsong", charset="utf-8")
    for path in sources():
        text = path.read_text()
        if path.suffix != ".py":
            # What stands outside of translations becomes a row of X's, so the indentation means nothing.
            text = "\n".join(line.lstrip() for line in templatize(text, str(path)).splitlines())
        for line, ids, comments, context in extract("python", io.BytesIO(text.encode()), KEYWORDS, ["Translators"]):
            place = (path.relative_to(ROOT).as_posix(), line)
            found.add(ids, None, [place], auto_comments=comments, context=context)
    return found


def update() -> int:
    """Bring every catalogue up to date: new texts come in untranslated, texts no longer used go."""
    template = extracted()
    for path in _catalogues():
        catalogue = _read(path)
        template.creation_date, revised = catalogue.creation_date, catalogue.revision_date
        catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        catalogue.revision_date = revised
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as target:
            write_po(target, catalogue, width=120, sort_output=True, include_lineno=False)
        waiting = [message for message in catalogue if message.id and not _is_translated(message)]
        sys.stdout.write(f"{path.relative_to(ROOT)}: {len(catalogue)} texts, {len(waiting)} to translate\n")
    return 0


def compile_all() -> int:
    """Make the .mo file of every catalogue that is newer than it."""
    for path in _catalogues():
        made = path.with_suffix(".mo")
        if path.exists() and (not made.exists() or made.stat().st_mtime <= path.stat().st_mtime):
            with made.open("wb") as target:
                write_mo(target, _read(path))
    return 0


def check() -> int:
    """Say on stderr what is missing or wrong, and return 1 when anything is."""
    used = {(message.context, message.id) for message in extracted() if message.id}
    failed = False
    for path in _catalogues():
        catalogue = _read(path)
        held = {(message.context, message.id) for message in catalogue if message.id}
        faults = [f"not in the catalogue: {_shown(text)}" for _context, text in sorted(used - held, key=repr)]
        faults += [f"no longer used: {_shown(text)}" for _context, text in sorted(held - used, key=repr)]
        for message in catalogue:
            if message.id:
                faults += [f"{fault}: {_shown(message.id)}" for fault in _faults(message)]
        for fault in faults:
            sys.stderr.write(f"{path.relative_to(ROOT)}: {fault}\n")
        failed = failed or bool(faults)
    if failed:
        sys.stderr.write("error: bring the catalogues up to date with `make messages` and translate what is named.\n")
    return int(failed)


def _faults(message: Message) -> Iterator[str]:
    """What is wrong with one translation."""
    if message.fuzzy:
        yield "marked fuzzy"
    translations = _texts(message.string)
    if not _is_translated(message):
        yield "not translated"
        return
    # The last form is the one that holds the number: a singular may spell it out.
    wanted = _placeholders(_texts(message.id)[-1])
    for translation in translations:
        if _placeholders(translation) != wanted:
            yield "the placeholders differ"


def _placeholders(text: str) -> set[str]:
    return {match.group(0) for match in PLACEHOLDER.finditer(text)}


def _is_translated(message: Message) -> bool:
    # A text that has just come in has no translation at all, not an empty one.
    translations = _texts(message.string)
    return bool(translations) and all(translations)


def _texts(text: Text) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def _shown(text: Text) -> str:
    return repr(_texts(text)[0])


def _catalogues() -> list[Path]:
    return [LOCALE / language / "LC_MESSAGES" / "django.po" for language in TRANSLATED]


def _read(path: Path) -> Catalog:
    if not path.exists():
        return Catalog(locale=path.parent.parent.name, domain="django", project="Sodsong", charset="utf-8")
    with path.open("rb") as source:
        return read_po(source, locale=path.parent.parent.name, domain="django")


def main() -> int:
    actions: dict[str, Callable[[], int]] = {"update": update, "compile": compile_all, "check": check}
    parser = argparse.ArgumentParser(prog="python -m config.messages", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("action", choices=actions)
    return actions[parser.parse_args().action]()


if __name__ == "__main__":
    sys.exit(main())
