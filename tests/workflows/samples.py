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


def office(extension: str = "docx", **more: bytes | str) -> bytes:
    """A small office file; `more` adds entries, with __ for a slash and _dot_ for a dot."""
    types = f'<Types><Override PartName="/main.xml" ContentType="{_MAIN[extension]}"/></Types>'
    extra = {name.replace("__", "/").replace("_dot_", "."): content for name, content in more.items()}
    return archive({"[Content_Types].xml": types, "word/document.xml": "<w:document/>" * 20, **extra})


def open_document(kind: str = "text") -> bytes:
    return archive({"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": "<office/>"})


def pdf(body: bytes = b"1 0 obj<</Author(somebody)>>endobj\n") -> bytes:
    return b"%PDF-1.7\n" + body + b"trailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + name + body


def iso_media(brand: bytes = b"isom", handler: bytes = b"vide") -> bytes:
    head = box(b"ftyp", brand + bytes(4) + brand)
    movie = box(b"moov", box(b"trak", box(b"mdia", box(b"hdlr", bytes(8) + handler + bytes(13)))))
    return head + movie + box(b"mdat", bytes(500))


def mp3(tag: bool = True) -> bytes:
    frame = b"\xff\xfb\x90\x00" + bytes(413)
    return (b"ID3\x04\x00\x00\x00\x00\x00\x0a" + bytes(10) if tag else b"") + frame * 3
