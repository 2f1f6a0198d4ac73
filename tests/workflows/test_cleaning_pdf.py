"""A PDF is written anew: its pages as they were, and nothing of what stands beside them."""

import io
import zlib
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from tests.workflows import samples
from workflows.cleaning.outcome import PARTS_REMOVED, SIGNATURE_REMOVED, SIGNED, Unfit
from workflows.cleaning.pdf import clean_pdf

SECRET = b"Secretphone"
PAGE = b"BT /Metadata 12 Tf (kept text) Tj ET"


def written(pdf: Pdf, **how: Any) -> bytes:
    out = io.BytesIO()
    pdf.save(out, **{"object_stream_mode": pikepdf.ObjectStreamMode.disable, **how})
    return out.getvalue()


@pytest.fixture
def pdf() -> Pdf:
    """Two pages with text; a font is called as a property is, which is allowed."""
    made = pikepdf.new()
    for _number in range(2):
        page = made.add_blank_page(page_size=(200, 200)).obj
        font = made.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        page.Resources = made.make_indirect(Dictionary(Font=Dictionary({"/Metadata": font, "/AF": font, "/EF": font})))
        page.Contents = made.make_stream(PAGE)
    return made


def code(data: bytes) -> str:
    with pytest.raises(Unfit) as caught:
        clean_pdf(data)
    return caught.value.code


def opened(data: bytes) -> Pdf:
    return pikepdf.open(io.BytesIO(data))


def everything(data: bytes) -> bytes:
    """The file and all of its streams unpacked."""
    with opened(data) as pdf:
        return written(pdf, qdf=True, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.generalized)


def script(what: bytes = b"app.alert(1)") -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String(what))


# --- Properties -------------------------------------------------------------------------------------------------------
def test_pdf_loses_its_properties_and_says_nothing_of_them(pdf: Pdf) -> None:
    pdf.docinfo["/Author"] = SECRET.decode()
    with pdf.open_metadata() as metadata:
        metadata["dc:creator"] = [SECRET.decode()]
    private = Dictionary(Draw=Dictionary(Private=String(SECRET)))
    pdf.Root.PieceInfo = private
    page = pdf.pages[0].obj
    page.PieceInfo, page.LastModified = private, String(SECRET)
    page.Thumb = pdf.make_stream(SECRET)
    page.Metadata = pdf.make_stream(SECRET, Type=Name.Metadata, Subtype=Name.XML)
    remark = Dictionary(
        Type=Name.Annot, Subtype=Name.Text, Rect=[0, 0, 9, 9], Contents=String("remark"), T=String(SECRET)
    )
    page.Annots = Array([pdf.make_indirect(remark)])
    page.Resources.XObject = Dictionary(X=pdf.make_stream(b"", Subtype=Name.Form, PieceInfo=private))
    before = written(pdf)
    assert before.count(SECRET) >= 6

    cleaned = clean_pdf(before)

    assert SECRET not in everything(cleaned.data)
    assert cleaned.said == ()
    after = opened(cleaned.data)
    assert len(after.pages) == 2
    assert after.pages[0].obj.Contents.read_bytes() == PAGE
    assert after.pages[0].obj.Annots[0].Contents == "remark"
    assert set(after.trailer.keys()) == {"/Root", "/Size", "/ID"}


def test_pdf_resources_may_be_called_like_properties(pdf: Pdf) -> None:
    after = opened(clean_pdf(written(pdf)).data)
    assert set(after.pages[1].obj.Resources.Font.keys()) == {"/Metadata", "/AF", "/EF"}


def test_pdf_loses_its_earlier_versions_and_what_nothing_reaches(pdf: Pdf) -> None:
    first = samples.pdf(SECRET)
    place = first[first.rindex(b"startxref") + 9 :].split()[0]
    start = len(first)
    # An update as editors write it: the content of the page is another one from then on, the first is still there.
    update = b"4 0 obj\n<</Length 3>>stream\nnew\nendstream\nendobj\n7 0 obj\n(" + SECRET + b")\nendobj\n"
    table = b"xref\n4 1\n%010d 00000 n \n7 1\n%010d 00000 n \n" % (start, start + update.index(b"7 0 obj"))
    end = b"trailer\n<</Size 8/Root 1 0 R/Prev %b>>\nstartxref\n%d\n%%%%EOF\n" % (place, start + len(update))
    before = first + update + table + end
    with opened(before) as read:
        assert not read.get_warnings()
        assert read.get_object(7, 0) == SECRET.decode()
    after = everything(clean_pdf(before).data)
    assert b"new" in after
    assert SECRET not in after


def test_pdf_twice_gives_the_same_bytes_and_a_clean_one_stays(pdf: Pdf) -> None:
    pdf.docinfo["/Author"] = SECRET.decode()
    once = clean_pdf(written(pdf))
    assert clean_pdf(written(pdf)).data == once.data
    again = clean_pdf(once.data)
    assert (len(again.data), again.said) == (len(once.data), ())


@pytest.mark.parametrize("packed", [False, True])
def test_pdf_pictures_lose_camera_and_place_and_keep_their_dots(pdf: Pdf, packed: bool) -> None:
    photo = samples.photo("JPEG")
    assert samples.CAMERA.encode() in photo
    coded, filters = (zlib.compress(photo), [Name.FlateDecode, Name.DCTDecode]) if packed else (photo, [Name.DCTDecode])
    image = pdf.make_stream(
        coded, Type=Name.XObject, Subtype=Name.Image, Width=64, Height=48, ColorSpace=Name.DeviceRGB, BitsPerComponent=8
    )
    image.Filter = Array(filters) if packed else filters[0]
    pdf.pages[0].obj.Resources.XObject = Dictionary(Im=image)
    source = opened(written(pdf))
    before = pikepdf.PdfImage(source.pages[0].obj.Resources.XObject.Im).as_pil_image().tobytes()

    after = opened(clean_pdf(written(pdf)).data)

    cleaned = after.pages[0].obj.Resources.XObject.Im
    assert samples.CAMERA.encode() not in cleaned.read_raw_bytes()
    assert b"Exif" not in cleaned.read_raw_bytes()
    assert pikepdf.PdfImage(cleaned).as_pil_image().tobytes() == before


# --- Parts ------------------------------------------------------------------------------------------------------------
def _embedded(pdf: Pdf) -> None:
    pdf.attachments["x.txt"] = pikepdf.AttachedFileSpec(pdf, SECRET, filename="x.txt")


def _associated(pdf: Pdf) -> None:
    spec = Dictionary(Type=Name.Filespec, F=String("x"), EF=Dictionary(F=pdf.make_stream(SECRET)))
    pdf.Root.AF = Array([pdf.make_indirect(spec)])


def _annotation(**more: Any) -> Any:
    def put(pdf: Pdf) -> None:
        annotation = Dictionary(Type=Name.Annot, Rect=[0, 0, 9, 9], **{k: v(pdf) for k, v in more.items()})
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(annotation)])

    return put


def _script_by_name(pdf: Pdf) -> None:
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script(SECRET)])))


def _opening(action: Any) -> Any:
    def put(pdf: Pdf) -> None:
        pdf.Root.OpenAction = action(pdf)

    return put


def _page_opening(pdf: Pdf) -> None:
    pdf.pages[1].obj.AA = Dictionary(O=script(SECRET))


def _form(pdf: Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=pdf.make_stream(SECRET))


def _field_script(pdf: Pdf) -> None:
    field = Dictionary(FT=Name.Tx, T=String("name"), AA=Dictionary(K=script(SECRET)))
    pdf.Root.AcroForm = Dictionary(Fields=Array([pdf.make_indirect(field)]))


def _chained(pdf: Pdf) -> None:
    first = Dictionary(S=Name.GoTo, D=Array([0]), Next=Array([script(SECRET)]))
    _annotation(Subtype=lambda _pdf: Name.Link, A=lambda _pdf: first)(pdf)


def _launch(_pdf: Pdf) -> Dictionary:
    return Dictionary(S=Name.Launch, F=String(SECRET))


PARTS = {
    "file inside": _embedded,
    "associated file": _associated,
    "file pinned to a page": _annotation(
        Subtype=lambda _pdf: Name.FileAttachment, FS=lambda pdf: Dictionary(EF=Dictionary(F=pdf.make_stream(SECRET)))
    ),
    "script by name": _script_by_name,
    "script when opened": _opening(lambda _pdf: script(SECRET)),
    "program when opened": _opening(_launch),
    "script of a page": _page_opening,
    "script of a field": _field_script,
    "script after a link": _chained,
    "program behind a link": _annotation(Subtype=lambda _pdf: Name.Link, A=_launch),
    "other file behind a link": _annotation(
        Subtype=lambda _pdf: Name.Link, A=lambda _pdf: Dictionary(S=Name.GoToR, F=String(SECRET))
    ),
    "form sent": _annotation(
        Subtype=lambda _pdf: Name.Widget, A=lambda _pdf: Dictionary(S=Name.SubmitForm, F=String(SECRET))
    ),
    "XFA form": _form,
    "film": _annotation(Subtype=lambda _pdf: Name.RichMedia, X=lambda pdf: pdf.make_stream(SECRET)),
    "sound": _annotation(Subtype=lambda _pdf: Name.Sound, Sound=lambda pdf: pdf.make_stream(SECRET)),
}  # fmt: skip


@pytest.mark.parametrize("what", PARTS)
@pytest.mark.parametrize("mode", [pikepdf.ObjectStreamMode.disable, pikepdf.ObjectStreamMode.generate])
def test_pdf_part_that_acts_or_hides_is_removed_and_said(pdf: Pdf, what: str, mode: Any) -> None:
    PARTS[what](pdf)
    assert SECRET in everything(written(pdf))
    cleaned = clean_pdf(written(pdf, object_stream_mode=mode))
    after = everything(cleaned.data)
    for gone in (SECRET, b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/XFA", b"/SubmitForm"):
        assert gone not in after
    assert cleaned.said == (PARTS_REMOVED,)


def test_pdf_links_to_pages_and_to_the_web_stay(pdf: Pdf) -> None:
    web = Dictionary(S=Name.URI, URI=String("https://example.go.th/"))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=web)
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])
    pdf.Root.OpenAction = Array([pdf.pages[1].obj, Name.Fit])
    pdf.Root.Names = Dictionary(Dests=Dictionary(Names=Array([String("end"), Array([pdf.pages[1].obj, Name.Fit])])))
    cleaned = clean_pdf(written(pdf))
    after = opened(cleaned.data)
    assert after.pages[0].obj.Annots[0].A.URI == "https://example.go.th/"
    assert after.Root.Names.Dests.Names[0] == "end"
    assert "/OpenAction" not in after.Root
    assert cleaned.said == ()


# --- Refused ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("password", ["", "secret"])
def test_pdf_that_is_locked_is_refused_also_where_it_opens(pdf: Pdf, password: str) -> None:
    locked = written(pdf, encryption=pikepdf.Encryption(owner="owner", user=password))
    assert code(locked) == "encrypted"


def test_pdf_portfolio_is_refused(pdf: Pdf) -> None:
    pdf.Root.Collection = Dictionary(View=Name.T)
    assert code(written(pdf)) == "portfolio"


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n%%EOF",
        b"%PDF-1.7\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n",
        samples.pdf().replace(b"/Pages", b"/Rages"),
    ],
)
def test_pdf_without_pages_is_refused(data: bytes) -> None:
    assert code(data) == "damaged"


def test_pdf_whose_table_is_wrong_is_mended() -> None:
    broken = samples.pdf(PAGE).replace(b"startxref\n", b"startxref\n1")
    after = opened(clean_pdf(broken).data)
    assert after.pages[0].obj.Contents.read_bytes() == PAGE


# --- Signed -----------------------------------------------------------------------------------------------------------
def sign(pdf: Pdf, **more: Any) -> bytes:
    """What a signed PDF looks like; the signature itself is nobody's."""
    value = Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), Contents=String(b"0\x82" + bytes(40)), **more)
    if "ByteRange" not in more:
        value.ByteRange = Array([0, 10, 200, 50])
    widget = Dictionary(
        Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T=String("s"), Rect=[0, 0, 0, 0], V=pdf.make_indirect(value)
    )
    field = pdf.make_indirect(widget)
    pdf.pages[0].obj.Annots = Array([field])
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), SigFlags=3)
    return written(pdf)


def test_pdf_signed_is_kept_as_it_came_and_says_so(pdf: Pdf) -> None:
    pdf.docinfo["/Author"] = SECRET.decode()
    data = sign(pdf)
    cleaned = clean_pdf(data)
    assert cleaned.data == data
    assert cleaned.said == (SIGNED,)


def test_pdf_signed_with_a_script_loses_both(pdf: Pdf) -> None:
    pdf.Root.OpenAction = script(SECRET)
    cleaned = clean_pdf(sign(pdf))
    assert cleaned.said == (PARTS_REMOVED, SIGNATURE_REMOVED)
    assert b"/ByteRange" not in everything(cleaned.data)
    assert SECRET not in everything(cleaned.data)


@pytest.mark.parametrize(
    "more",
    [
        {"ByteRange": Array([0, 10, 200, 9_999_999])},
        {"ByteRange": Array([5, 10, 200, 50])},
        {"ByteRange": Array([0, 10, 5, 50])},
        {"ByteRange": Array([0, 10])},
        {"ByteRange": Array([0, String("x"), 200, 50])},
    ],
)
def test_pdf_that_only_says_it_is_signed_is_cleaned(pdf: Pdf, more: Any) -> None:
    pdf.docinfo["/Author"] = SECRET.decode()
    cleaned = clean_pdf(sign(pdf, **more))
    assert SECRET not in cleaned.data
    assert SIGNED not in cleaned.said


def test_pdf_signed_but_unsound_is_cleaned(pdf: Pdf) -> None:
    data = sign(pdf).replace(b"startxref\n", b"startxref\n1")
    assert SIGNED not in clean_pdf(data).said
