"""A PDF written anew by qpdf: the pages as they are, and nothing of what stands beside them.

Removed without a word, as properties: the information dictionary, XMP metadata, PieceInfo, previews and times of pages,
authors and times of remarks, camera and place in pictures, every earlier version of the file, and what no page reaches.
Removed and said, as parts: files inside, scripts, XFA forms, sound, film and 3D, and actions that start a program, send
a form or open another file. Links to pages and to the web stay.
"""

import io
import zlib
from collections.abc import Iterable, Iterator, Set
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from workflows.cleaning.outcome import PARTS_REMOVED, SIGNATURE_REMOVED, SIGNED, Cleaned, Unfit
from workflows.cleaning.pictures import without_metadata

_MOST_UNPACKED = 64 * 1024 * 1024
"""Bytes of one packed stream that qpdf or we read; a page of 600 dpi has 35 MB."""
_LIMITS: dict[str, Any] = {
    "parser_max_nesting": 100,
    "parser_max_container_size": 1_000_000,
    "max_stream_filters": 5,
    "doc_max_warnings": 1_000,
    **dict.fromkeys(
        ("flate_max_memory", "png_max_memory", "tiff_max_memory", "run_length_max_memory", "dct_max_memory"),
        _MOST_UNPACKED,
    ),
}

_OF_CATALOG = (
    "/OpenAction", "/AA", "/AF", "/PieceInfo", "/Perms", "/DSS", "/Legal", "/SpiderInfo", "/Threads", "/Requirements",
)  # fmt: skip
_KEPT_NAMES = {"/Dests", "/AP", "/Pages"}
_OF_PAGE = ("/AA", "/AF", "/PieceInfo", "/LastModified", "/Thumb", "/ID")
_OF_REMARK = ("/T", "/CreationDate", "/M", "/NM")
_PLAYED = {"/FileAttachment", "/Movie", "/Sound", "/Screen", "/RichMedia", "/3D"}
_ACTIONS = {
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/Rendition", "/Movie", "/Sound",
    "/RichMediaExecute", "/GoTo3DView",
}  # fmt: skip


def clean_pdf(data: bytes) -> Cleaned:
    """The PDF written anew; one that is signed and holds nothing but pages stays as it came, and `said` says so.

    Raises Unfit: damaged, encrypted (also where only printing is locked), portfolio.
    """
    pikepdf.settings.set_qpdf_limits(**_LIMITS)
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            return _cleaned(pdf, data)
    except (Unfit, MemoryError):
        raise
    except pikepdf.PasswordError as error:
        raise Unfit("encrypted") from error
    # qpdf and its binding raise many kinds of errors on hostile files, and all of them mean the same here.
    except Exception as error:
        raise Unfit("damaged") from error


def _cleaned(pdf: Pdf, data: bytes) -> Cleaned:
    if pdf.is_encrypted:
        raise Unfit("encrypted")
    if "/Collection" in pdf.Root:
        raise Unfit("portfolio")
    if not len(pdf.pages):
        raise Unfit("damaged")
    signed = found = False
    for each, keys in _dictionaries(pdf):
        signed |= "/ByteRange" in keys and _is_signature(each, len(data))
        found |= _anywhere(each, keys)
    # A reader that mends the file in another way than qpdf could see more in it.
    sound = not pdf.get_warnings()
    found |= _catalog(pdf)
    for page in pdf.pages:
        found |= _page(page.obj)
    if signed and sound and not found:
        return Cleaned(data, "pdf", (SIGNED,))
    for key in set(pdf.trailer.keys()) - {"/Root", "/Size"}:
        del pdf.trailer[key]
    out = io.BytesIO()
    # The same file gives the same bytes, so that what is sent twice is known. Streams stay packed as they are.
    pdf.save(
        out,
        compress_streams=False,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        deterministic_id=True,
        fix_metadata_version=False,
        preserve_pdfa=False,
    )
    said = ((PARTS_REMOVED,) if found else ()) + ((SIGNATURE_REMOVED,) if signed else ())
    return Cleaned(out.getvalue(), "pdf", said)


def _catalog(pdf: Pdf) -> bool:
    """Clean what belongs to the whole document. Whether parts were removed."""
    root = pdf.Root
    found = "/AA" in root or "/AF" in root
    _remove(root, _OF_CATALOG)
    names = root.get("/Names")
    if isinstance(names, Dictionary):
        gone = set(names.keys()) - _KEPT_NAMES
        found = found or bool(gone & {"/JavaScript", "/EmbeddedFiles"})
        _remove(names, gone)
    form = root.get("/AcroForm")
    if isinstance(form, Dictionary):
        found = found or "/XFA" in form
        _remove(form, ("/XFA", "/SigFlags"))
    return found


def _page(page: Any) -> bool:
    """Clean a page and its annotations. Whether parts were removed."""
    found = "/AA" in page
    _remove(page, _OF_PAGE)
    annotations = page.get("/Annots")
    if not isinstance(annotations, Array):
        return found
    kept = []
    for annotation in annotations:
        if not isinstance(annotation, Dictionary):
            continue
        kind = str(annotation.get("/Subtype", ""))
        if kind in _PLAYED:
            found = True
            continue
        if kind != "/Widget":  # of a field /T is its name
            _remove(annotation, _OF_REMARK)
        kept.append(annotation)
    page["/Annots"] = Array(kept)
    return found


def _anywhere(each: Any, keys: Set[str]) -> bool:
    """Clean what may stand anywhere. Whether parts were removed.

    A dictionary of resources may call a font /Metadata, so a key alone means nothing: what lies under it has to fit.
    """
    found = False
    if "/Metadata" in keys:
        told = each["/Metadata"]
        if isinstance(told, Stream) and str(told.get("/Subtype", "")) == "/XML":
            del each["/Metadata"]
    if isinstance(each, Stream):
        _remove(each, ("/PieceInfo", "/LastModified", "/AF", "/OPI"))
        _picture(each)
    if "/EF" in keys:
        files = each["/EF"]
        if isinstance(files, Dictionary) and any(isinstance(value, Stream) for _key, value in files.items()):
            _remove(each, ("/EF", "/RF"))
            found = True
    if "/S" in keys and str(each["/S"]) in _ACTIONS:
        for key in keys:
            del each[key]
        # A named action that no reader knows: it does nothing (ISO 32000-1, 12.6.4.11).
        each["/S"], each["/N"] = Name.Named, Name("/Nothing")
        found = True
    elif "/FT" in keys and str(each["/FT"]) == "/Sig":
        _remove(each, ("/V", "/Lock", "/SV"))
    return found


def _picture(stream: Any) -> None:
    """A JPEG inside, also one that was packed again, without what the camera wrote beside it."""
    filters = stream.get("/Filter")
    names = [str(name) for name in filters] if isinstance(filters, Array) else [str(filters)]
    if names == ["/DCTDecode"]:
        coded = stream.read_raw_bytes()
    elif names == ["/FlateDecode", "/DCTDecode"]:
        coded = zlib.decompressobj().decompress(stream.read_raw_bytes(), _MOST_UNPACKED)
    else:
        return
    cut = without_metadata(coded)
    if cut != coded:
        parameters = stream.get("/DecodeParms")
        stream.write(cut, filter=Name.DCTDecode, decode_parms=_of_last(parameters))


def _of_last(parameters: Any) -> Any:
    last = parameters[-1] if isinstance(parameters, Array) and len(parameters) else parameters
    return last if isinstance(last, Dictionary) else None


def _is_signature(each: Any, length: int) -> bool:
    """Whether this is a digital signature over a part of this file that begins with its start (ISO 32000-1, 12.8.1)."""
    ranges = each.get("/ByteRange")
    if not isinstance(ranges, Array) or len(ranges) != 4 or not isinstance(each.get("/Contents"), pikepdf.String):
        return False
    numbers: list[Any] = list(ranges)
    start, size, after, rest = (value if isinstance(value, int) else -1 for value in numbers)
    # DER: a signature is a SEQUENCE.
    return start == 0 < size < after and rest >= 0 and after + rest <= length and bytes(each["/Contents"])[:1] == b"0"


def _dictionaries(pdf: Pdf) -> Iterator[tuple[Any, Set[str]]]:
    """Every dictionary and stream of the file with its keys, those within others first."""
    for top in pdf.objects:
        waiting: list[Any] = [top]
        found = []
        while waiting:
            each = waiting.pop()
            if isinstance(each, Array):
                waiting += _own(each)
            elif isinstance(each, Dictionary | Stream):
                items = dict(each.items())
                found.append((each, items.keys()))
                waiting += _own(items.values())
        yield from reversed(found)


def _own(values: Iterable[Any]) -> list[Object]:
    """Those that stand here and not elsewhere under a number of their own."""
    # Numbers, texts and truths come as Python's own, and are most of them.
    return [
        each
        for each in values
        if type(each) is Object and isinstance(each, Array | Dictionary) and not each.is_indirect
    ]


def _remove(each: Any, keys: Iterable[str]) -> None:
    for key in keys:
        if key in each:
            del each[key]
