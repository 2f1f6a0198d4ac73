"""Word and Excel files (ECMA-376): which parts stay, and what is taken out of them.

Gone: core, extended and custom properties, custom XML, previews, printer settings, labels, lists of people, numbers of
editing sessions, the path a workbook was saved under, document variables, the template it was made from. Names of
authors of remarks and tracked changes are emptied; the remarks, the changes and their days stay. The path of
another workbook that formulas read is cut to its name. Signatures go, and `said` says so.
"""

import posixpath
import re
from typing import Any
from urllib.parse import unquote

from workflows.cleaning.archives import Archive
from workflows.cleaning.markup import drop, local, read_xml, write_xml
from workflows.cleaning.outcome import PARTS_REMOVED, SIGNATURE_REMOVED, Unfit

_KNOWN = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|(word|xl)/(?:[^/]+/)*[^/]*"
    r"\.(?:xml|rels|vml|jpe?g|png|gif|bmp|tiff?|emf|wmf|emz|wmz|svg|wdp|odttf)",
    re.IGNORECASE,
)
_SIGNATURES = "_xmlsignatures/"
_PROPERTIES = re.compile(
    r"(?:docProps|docMetadata|customXml|package|\[trash\]|xl/revisions)/.*"
    r"|(?:.*/)?(?:printerSettings/.*|printerSettings\d*\.bin|customProperty\d*\.bin|thumbnail\.[a-z]+)"
    r"|word/people\.xml",
    re.IGNORECASE,
)
_EXTRAS = re.compile(r"(?:customUI|userCustomization|(?:word|xl)/webextensions)/.*|word/customizations\.xml", re.I)
_MACROS = re.compile(r".*vba(?:Project|Data).*|.*/macrosheets/.*|.*attachedToolbars.*", re.IGNORECASE)
_EMBEDDED = re.compile(r".*/(?:embeddings|activeX|model)/.*", re.IGNORECASE)
_MACRO_TYPES = re.compile(r"macroEnabled|macrosheet|vbaProject", re.IGNORECASE)
_MAIN = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
}
_EMBEDDED_KINDS = {"oleObject", "package", "control", "activeXControlBinary", "aFChunk", "subDocument"}
_OTHER_WORKBOOK = re.compile(r"(?:xl)?(?:externalLink|PathMissing|Library|Startup|AlternateStartup)", re.IGNORECASE)
_REMOTE = re.compile(r"(?!file:)[a-z][a-z0-9+.-]+:|//|\\\\|file:(?:/{2}[^/]|/{4,}|[/\\]*\\\\)", re.IGNORECASE)
# What a field may not be: it starts another program or reads another file (ECMA-376, 17.16.5).
_FIELD = re.compile(r"\W*(?:DDE|DDEAUTO|LINK|INCLUDETEXT|INCLUDEPICTURE|IMPORT|EMBED|DATABASE)\b", re.IGNORECASE)
_QUOTED = re.compile(r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'')
_DROPPED_ELEMENTS = {
    "rsids", "attachedTemplate", "docVars", "printerSettings", "absPath", "revisionPtr", "customProperties",
}  # fmt: skip
_EMPTIED = {"author", "initials"}
_EMPTIED_OF = {"person": {"displayName", "userId", "providerId"}, "fileSharing": {"userName"}}
_FORMULAS = {"f", "formula", "formula1", "formula2", "definedName"}
_REFUSED_ELEMENTS = {
    "ddeLink": "external", "oleLink": "external", "altChunk": "embedded", "mailMerge": "external", "webPr": "external",
    "dbPr": "external", "OLEObject": "embedded", "oleObject": "embedded", "subDoc": "external",
}  # fmt: skip
# A sheet has a million cells, and only these matter. In a text every element may name the session it was typed in.
_OF_SHEET = tuple(
    f"{{*}}{name}"
    for name in sorted({*_REFUSED_ELEMENTS, *_DROPPED_ELEMENTS, *_EMPTIED_OF, *_FORMULAS, "author", "pageSetup"})
)


class OfficeOpenXml:
    """One file. Raises Unfit when it is made: not_accepted, macros, damaged."""

    TYPES = "[Content_Types].xml"

    def __init__(self, archive: Archive) -> None:
        self.said: set[str] = set()
        self._names = {name.casefold() for name in archive.names}
        declared = [each.get("ContentType", "") for each in read_xml(archive.read(self.TYPES)).iter() if local(each)]
        if any(_MACRO_TYPES.search(each) for each in declared):
            raise Unfit("macros")
        found = {_MAIN[each] for each in declared if each in _MAIN}
        if len(found) != 1:
            raise Unfit("not_accepted")
        self.extension = found.pop()

    def keeps(self, name: str) -> bool:
        """Whether the part stays. Raises Unfit: macros, embedded."""
        if _MACROS.fullmatch(name):
            raise Unfit("macros")
        if _EMBEDDED.fullmatch(name):
            raise Unfit("embedded")
        if name.casefold().startswith(_SIGNATURES):
            self.said.add(SIGNATURE_REMOVED)
            return False
        if _EXTRAS.fullmatch(name):
            self.said.add(PARTS_REMOVED)
            return False
        if _PROPERTIES.fullmatch(name):
            return False
        if not _KNOWN.fullmatch(name):
            raise Unfit("embedded")
        if name.casefold() == "xl/connections.xml":
            raise Unfit("external")
        return True

    def is_markup(self, name: str) -> bool:
        """Whether the part is XML. VML is none that can be relied on: Excel writes it like old HTML."""
        return name.casefold().endswith((".xml", ".rels"))

    def clean(self, name: str, content: bytes) -> bytes:
        """The part without properties. Raises Unfit: damaged, external, embedded."""
        root = read_xml(content)
        if name == self.TYPES:
            drop(each for each in root if self._is_gone(each.get("PartName", "")))
        elif name.casefold().endswith(".rels"):
            self._relationships(name, root)
        else:
            self._part(root)
        return write_xml(root)

    def _is_gone(self, part: str) -> bool:
        """Whether a part is there and does not stay."""
        path = unquote(part).removeprefix("/")
        return path.casefold() in self._names and not self.keeps(path)

    # --- What a part refers to ----------------------------------------------------------------------------------------
    def _relationships(self, name: str, root: Any) -> None:
        folder = posixpath.dirname(posixpath.dirname(name))
        for each in list(root):
            kind = each.get("Type", "").rsplit("/", 1)[-1]
            target = each.get("Target", "")
            if kind in _EMBEDDED_KINDS:
                raise Unfit("embedded")
            if each.get("TargetMode", "").casefold() == "external":
                self._points_out(each, kind, target)
            elif self._is_gone(posixpath.normpath(posixpath.join("/", folder, target))):
                drop([each])

    def _points_out(self, each: Any, kind: str, target: str) -> None:
        if kind == "hyperlink":
            return
        if kind == "attachedTemplate" and not _REMOTE.match(target):
            # Word writes where on the author's machine the template lies: a property, with the name of a person.
            drop([each])
        elif _OTHER_WORKBOOK.match(kind):
            each.set("Target", re.split(r"[/\\]|%5C", target, flags=re.IGNORECASE)[-1])
        else:
            raise Unfit("external")

    # --- What stands in a part ----------------------------------------------------------------------------------------
    def _part(self, root: Any) -> None:
        fields = [""]
        gone = []
        for element in root.iter(*(_OF_SHEET if self.extension == "xlsx" else ())):
            name = local(element)
            if name in _REFUSED_ELEMENTS:
                raise Unfit(_REFUSED_ELEMENTS[name])
            if name in _DROPPED_ELEMENTS:
                gone.append(element)
            elif name in _FORMULAS:
                _check_formula(element.text or "")
            elif name == "fldChar":
                fields.append("")
            elif name == "instrText":
                fields[-1] += element.text or ""
            elif name == "fldSimple":
                fields += [*element.attrib.values(), ""]
            elif name == "author":
                element.text = None
            _clean_attributes(element, name)
        if any(_FIELD.match(field) for field in fields):
            raise Unfit("external")
        drop(gone)


def _clean_attributes(element: Any, name: str) -> None:
    for attribute in element.attrib:
        short = attribute.rpartition("}")[2]
        if short.startswith("rsid") or (name == "pageSetup" and attribute.endswith("}id")):  # of the printer settings
            del element.attrib[attribute]
        elif short in _EMPTIED or short in _EMPTIED_OF.get(name, ()):
            element.set(attribute, "")


def _check_formula(formula: str) -> None:
    """DDE: program|'topic'!item, where no other formula has the stroke."""
    if "|" in _QUOTED.sub("", formula):
        raise Unfit("external")
