"""OpenDocument files are written anew: text and formulas as they were, nothing of who wrote them."""

import io
import zipfile
from typing import Any

import pytest

from tests.workflows import samples
from tests.workflows.office_files import NAME, OLE, SECRET, code, everything, parts
from workflows.cleaning.office import clean_office
from workflows.cleaning.outcome import SIGNATURE_REMOVED

_SPACES = " ".join(
    f'xmlns:{short}="urn:{short}"'
    for short in "office text table dc meta draw form script config manifest officeooo style".split()
) + ' xmlns:xlink="http://www.w3.org/1999/xlink"'  # fmt: skip


def odf(inside: str, kind: str = "text", **more: Any) -> bytes:
    content = f"<office:document-content {_SPACES}>{inside}</office:document-content>"
    return samples.open_document(kind, **{"content.xml": content, **more})


def test_open_document_keeps_text_and_formulas_without_names() -> None:
    paths = ("/", "content.xml", "meta.xml", "Thumbnails/thumbnail.png", "Configurations2/", "Pictures/a.jpg")
    entries = "".join(f'<manifest:file-entry manifest:full-path="{path}"/>' for path in paths)
    settings = {"PrinterName": NAME, "Zoom": "80"}
    items = "".join(f'<config:config-item config:name="{n}">{v}</config:config-item>' for n, v in settings.items())
    data = odf(
        f'<table:table-cell table:formula="of:=SUM([.A1:.A9])" officeooo:rsid="00AB"/><text:p>ข้อความ</text:p>'
        f"<office:annotation><dc:creator>{NAME}</dc:creator><dc:date>2026-11-01</dc:date><text:p>หมายเหตุ</text:p></office:annotation>"
        f"<text:changed-region><text:insertion><office:change-info><dc:creator>{NAME}</dc:creator></office:change-info></text:insertion></text:changed-region>",
        "spreadsheet",
        **{
            "meta.xml": SECRET,
            "settings.xml": f"<office:settings {_SPACES}>{items}</office:settings>",
            "META-INF/manifest.xml": f"<manifest:manifest {_SPACES}>{entries}</manifest:manifest>",
            "Thumbnails/thumbnail.png": SECRET,
            "manifest.rdf": SECRET,
            "Configurations2/accelerator/current.xml": SECRET,
            "Pictures/a.jpg": samples.photo("JPEG"),
        },
    )
    cleaned = clean_office(data)
    after = parts(cleaned.data)
    assert (cleaned.extension, cleaned.said) == ("ods", ())
    assert SECRET not in everything(cleaned.data)
    assert samples.CAMERA.encode() not in after["Pictures/a.jpg"]
    assert next(iter(after)) == "mimetype"
    assert zipfile.ZipFile(io.BytesIO(cleaned.data)).infolist()[0].compress_type == zipfile.ZIP_STORED
    for kept in (b"of:=SUM([.A1:.A9])", "ข้อความ".encode(), "หมายเหตุ".encode(), b"2026-11-01"):
        assert kept in after["content.xml"]
    assert b"rsid" not in after["content.xml"]
    assert b"Zoom" in after["settings.xml"]
    assert after["META-INF/manifest.xml"].count(b"<manifest:file-entry") == 3
    assert clean_office(cleaned.data).data == cleaned.data


@pytest.mark.parametrize(
    ("inside", "why"),
    [
        ("<office:script/>", "macros"),
        ("<script:event-listener/>", "macros"),
        ("<office:dde-source/>", "external"),
        ("<table:dde-link/>", "external"),
        ('<table:table-cell table:formula="of:=DDE(&quot;soffice&quot;;&quot;x&quot;;&quot;y&quot;)"/>', "external"),
        ('<draw:image xlink:href="http://evil.example/x.png"/>', "external"),
        ('<draw:image xlink:href="file:///etc/passwd"/>', "external"),
        ('<draw:object xlink:href="../../x.odt"/>', "external"),
        ('<text:section-source xlink:href="//host/x.odt"/>', "external"),
        ("<table:table-source/>", "external"),
        ("<manifest:encryption-data/>", "encrypted"),
    ],
)
def test_open_document_that_acts_or_fetches_is_refused(inside: str, why: str) -> None:
    assert code(odf(inside)) == why


def test_open_document_with_links_is_taken() -> None:
    inside = '<text:a xlink:href="https://example.go.th/">x</text:a><draw:image xlink:href="Pictures/a.png"/>'
    assert clean_office(odf(inside + '<form:form xlink:href="" />')).extension == "odt"


@pytest.mark.parametrize("name", ["Basic/Standard/a.xml", "Scripts/python/a.py", "Dialogs/x.xml"])
def test_open_document_with_macros_is_refused(name: str) -> None:
    assert code(odf("", **{name: b"<x/>"})) == "macros"


def test_open_document_with_an_object_of_another_program_is_refused() -> None:
    assert code(odf("", **{"Object 1": OLE})) == "embedded"
    assert code(odf("", **{"ObjectReplacements/Object 1": OLE})) == "embedded"
    assert clean_office(odf("", **{"Object 1/content.xml": b"<x/>"})).extension == "odt"


def test_open_document_signed_loses_its_signature_and_says_so() -> None:
    assert clean_office(odf("", **{"META-INF/documentsignatures.xml": b"<x/>"})).said == (SIGNATURE_REMOVED,)
