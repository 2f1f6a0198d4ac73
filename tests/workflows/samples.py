"""Small real files of every kind, made in memory: nobody's photo, nobody's letter."""

import io
import struct
import zipfile

from PIL import Image, PngImagePlugin

CAMERA = "Secretphone 15"
GPS_IFD = 0x8825


def picture(form: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **how: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 120 if mode in {"L", "I;16"} else None).save(out, form, **how)
    return out.getvalue()


def photo(form: str = "JPEG", orientation: int = 6, size: tuple[int, int] = (64, 48)) -> bytes:
    """Left half red, right half blue, as a camera held upright stores it; with place, camera, comment and profile."""
    image = Image.new("RGB", size, (200, 0, 0))
    image.paste((0, 0, 200), (size[0] // 2, 0, size[0], size[1]))
    exif = Image.Exif()
    exif[0x0110] = CAMERA
    exif[0x0112] = orientation
    exif.get_ifd(GPS_IFD).update({1: "N", 2: (13.0, 45.0, 0.0), 3: "E", 4: (100.0, 30.0, 0.0)})
    how: dict[str, object] = {"exif": exif, "icc_profile": CAMERA.encode() * 10, "xmp": CAMERA.encode()}
    if form == "JPEG":
        how["comment"] = CAMERA.encode()
        how["dpi"] = (301, 301)
    if form == "PNG":
        texts = PngImagePlugin.PngInfo()
        texts.add_text("Author", CAMERA)
        texts.add_itxt("Comment", CAMERA)
        how["pnginfo"] = texts
        how.pop("xmp")
    out = io.BytesIO()
    image.save(out, form, **how)
    return out.getvalue()


def archive(entries: dict[str, bytes | str], compress: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compress) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
    return out.getvalue()


_MAIN = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "docm": "application/vnd.ms-word.document.macroEnabled.main+xml",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
}


_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_X = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT = f'<w:document xmlns:w="{_W}"><w:body>%s</w:body></w:document>'


def office(extension: str = "docx", **more: bytes | str) -> bytes:
    """A small office file; `more` adds or replaces entries, with __ for a slash and _dot_ for a dot."""
    types = f'<Types><Override PartName="/main.xml" ContentType="{_MAIN[extension]}"/></Types>'
    extra = {name.replace("__", "/").replace("_dot_", "."): content for name, content in more.items()}
    main = {"xl/workbook.xml": f'<workbook xmlns="{_X}"/>'} if extension == "xlsx" else {}
    main = main or {"word/document.xml": DOCUMENT % "<w:p><w:r><w:t>ถนนชำรุด</w:t></w:r></w:p>"}
    return archive({"[Content_Types].xml": types, **main, **extra})


def open_document(kind: str = "text", **more: bytes | str) -> bytes:
    extra = {name.replace("__", "/").replace("_dot_", "."): content for name, content in more.items()}
    mimetype = f"application/vnd.oasis.opendocument.{kind}"
    return archive({"mimetype": mimetype, "content.xml": "<office/>", **extra})


def pdf(body: bytes = b"nothing drawn", comment: bytes = b"") -> bytes:
    """A page whose content is `body`, with an author; `comment` stands between the head and the objects."""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Resources<<>>/Contents 4 0 R>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(body), body),
        b"<</Author(somebody)>>",
    ]
    out, places = b"%PDF-1.7\n%" + comment + b"\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    end = b"trailer\n<</Root 1 0 R/Info 5 0 R/Size %d>>\nstartxref\n%010d\n%%%%EOF\n" % (len(parts) + 1, len(out))
    return out + head + table + end


def pdf_of(size: int) -> bytes:
    """A PDF of so many bytes."""
    return pdf(comment=b"x" * (size - len(pdf())))


def box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + name + body


def iso_media(brand: bytes = b"isom", handler: bytes = b"vide") -> bytes:
    head = box(b"ftyp", brand + bytes(4) + brand)
    movie = box(b"moov", box(b"trak", box(b"mdia", box(b"hdlr", bytes(8) + handler + bytes(13)))))
    return head + movie + box(b"mdat", bytes(500))


PLACE = b"+13.7563+100.5018/"


def _table(name: bytes, *numbers: int) -> bytes:
    return box(name, bytes(4) + b"".join(struct.pack(">I", number) for number in numbers))


def _track(handler: bytes, places: list[int], size: int, more: bytes = b"") -> bytes:
    """A track whose chunks of one sample of `size` bytes lie at `places`."""
    samples_of = _table(b"stsz", size, len(places)) + _table(b"stsc", 1, 1, 1, 1)
    table = box(b"stbl", samples_of + _table(b"stco", len(places), *places))
    about = box(b"mdhd", bytes(4) + b"TIMETIME" + bytes(12)) + box(
        b"hdlr", bytes(8) + handler + b"MAKE" + bytes(8) + CAMERA.encode()
    )
    return box(
        b"trak",
        box(b"tkhd", bytes(3) + b"\7" + b"TIMETIME" + bytes(72)) + box(b"mdia", about + box(b"minf", table)) + more,
    )


def camera_video(chunks: int = 1, brand: bytes = b"qt  ") -> bytes:
    """As a telephone films: place, device and times in the head, and a track that writes where it went into the data.

    The pictures are sixteen bytes "picture picture " and the way sixteen bytes; `chunks` names the way so often."""
    head = box(b"ftyp", brand + bytes(4) + brand)
    start = len(head) + 8
    media = box(b"mdat", b"picture picture " + PLACE[:16])
    told = box(b"udta", box(b"\xa9xyz", b"\0\x12\x15\xc7" + PLACE) + box(b"\xa9mod", CAMERA.encode()))
    meta = box(b"meta", box(b"keys", b"com.apple.quicktime.location.ISO6709") + box(b"ilst", PLACE))
    moov = box(
        b"moov",
        box(b"mvhd", bytes(4) + b"TIMETIME" + bytes(88)) + told + meta
        + _track(b"vide", [start], 16, box(b"tref", box(b"cdsc", bytes(4))))
        + _track(b"meta", [start + 16] * chunks, 16),
    )  # fmt: skip
    return head + media + moov + box(b"uuid", CAMERA.encode() * 2)


def mp3(tag: bool = True) -> bytes:
    frame = b"\xff\xfb\x90\x00" + bytes(413)
    return (b"ID3\x04\x00\x00\x00\x00\x00\x0a" + bytes(10) if tag else b"") + frame * 3
