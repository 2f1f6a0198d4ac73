"""OpenDocument files (ISO/IEC 26300): which parts stay, and what is taken out of them.

Gone: the metadata, previews, key bindings and tool bars, the printer, numbers of editing sessions. Names of authors of
remarks and tracked changes are emptied; the remarks, the changes and their days stay. Signatures go, and `said` says
so.
"""

import re
from typing import Any

from workflows.cleaning.archives import Archive
from workflows.cleaning.markup import drop, local, read_xml, write_xml
from workflows.cleaning.outcome import SIGNATURE_REMOVED, Unfit

_KINDS = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}
_KNOWN = re.compile(
    r"mimetype|META-INF/manifest\.xml|(?:Object [^/]+/)?(?:content|styles|settings)\.xml"
    r"|(?:Object [^/]+/)?(?:Pictures|Fonts)/[^/]+|ObjectReplacements/[^/]+"
)
_PROPERTIES = re.compile(
    r"(?:.*/)?(?:meta\.xml|manifest\.rdf|layout-cache|VersionList\.xml|(?:Thumbnails|Configurations2|Versions)/.*)"
)
_MACROS = re.compile(r"(?:.*/)?(?:Basic|Scripts|Dialogs)/.*")
_SIGNATURES = re.compile(r"META-INF/[^/]*signatures[^/]*\.xml", re.IGNORECASE)
_OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]*:|//|\\|\.\./", re.IGNORECASE)
_LINKS = {"a", "form", "button", "hyperlink"}
_REFUSED_ELEMENTS = {
    "script": "macros", "event-listener": "macros", "encryption-data": "encrypted", "dde-source": "external",
    "dde-link": "external", "dde-connection": "external", "dde-connection-decl": "external", "table-source": "external",
    "database-source": "external",
}  # fmt: skip
_OF_REMARK = {"annotation", "change-info"}
_DDE = re.compile(r"\bDDE\s*\(", re.IGNORECASE)
_QUOTED = re.compile(r'"(?:[^"]|"")*"')


class OpenDocument:
    """One file. Raises Unfit when it is made: not_accepted."""

    TYPE = "mimetype"

    def __init__(self, archive: Archive) -> None:
        self.said: set[str] = set()
        self._names = set(archive.names)
        kind = archive.read(self.TYPE)
        if kind not in _KINDS or "content.xml" not in self._names:
            raise Unfit("not_accepted")
        self.extension = _KINDS[kind]

    def keeps(self, name: str) -> bool:
        """Whether the part stays. Raises Unfit: macros, embedded."""
        if _MACROS.fullmatch(name):
            raise Unfit("macros")
        if _SIGNATURES.fullmatch(name):
            self.said.add(SIGNATURE_REMOVED)
            return False
        if _PROPERTIES.fullmatch(name):
            return False
        if not _KNOWN.fullmatch(name):
            raise Unfit("embedded")
        return True

    def is_markup(self, name: str) -> bool:
        """Whether the part is XML."""
        return name.endswith(".xml")

    def clean(self, name: str, content: bytes) -> bytes:  # noqa: ARG002 - as the other family has it
        """The part without properties. Raises Unfit: damaged, macros, encrypted, external."""
        root = read_xml(content)
        gone = []
        for element in root.iter():
            short = local(element)
            if short in _REFUSED_ELEMENTS:
                raise Unfit(_REFUSED_ELEMENTS[short])
            if (short == "file-entry" and self._is_gone(_attribute(element, "full-path"))) or (
                short == "config-item" and _attribute(element, "name").startswith(("Printer", "Rsid"))
            ):
                gone.append(element)
            elif _names_an_author(element, short):
                element.text = None
            _clean_attributes(element, short)
        drop(gone)
        return write_xml(root)

    def _is_gone(self, path: str) -> bool:
        # The folders of what is gone have a line of their own.
        if path.endswith("/"):
            return path != "/" and not any(name.startswith(path) and self.keeps(name) for name in self._names)
        return path in self._names and not self.keeps(path)


def _attribute(element: Any, short: str) -> str:
    return next((value for name, value in element.attrib.items() if name.rsplit("}", 1)[-1] == short), "")


def _names_an_author(element: Any, short: str) -> bool:
    if short in {"creator-initials", "sender-initials"}:
        return True
    parent = element.getparent()
    return short == "creator" and parent is not None and local(parent) in _OF_REMARK


def _clean_attributes(element: Any, short: str) -> None:
    for attribute, value in element.attrib.items():
        name = attribute.rsplit("}", 1)[-1]
        if name in {"rsid", "paragraph-rsid"}:
            del element.attrib[attribute]
        elif (name == "href" and short not in _LINKS and _OUTSIDE.match(value)) or (
            name == "formula" and _DDE.search(_QUOTED.sub("", value))
        ):
            raise Unfit("external")
