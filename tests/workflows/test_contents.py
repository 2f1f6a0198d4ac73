"""What a file is, by its content: what is taken comes out clean, what pretends is refused."""

import io
import struct
import threading
import time
import zipfile

import pytest
from django.utils import translation
from PIL import Image

from tests.workflows import samples
from workflows import contents
from workflows.contents import FileRefused, Kind, Note


def _code(checker, data: bytes) -> str:
    with pytest.raises(FileRefused) as caught:
        checker(data)
    with translation.override("en"):
        assert str(caught.value.sentence)
    return caught.value.code


def _opened(content: contents.Content) -> Image.Image:
    image = Image.open(io.BytesIO(content.data))
    image.load()
    return image


# --- Pictures -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_image_with_place_camera_and_comment_comes_out_without(form):
    before = samples.photo(form)
    source = Image.open(io.BytesIO(before))
    assert source.getexif().get_ifd(samples.GPS_IFD)[2][0] == 13
    assert samples.CAMERA.encode() in before

    content = contents.check_image(before)

    image = _opened(content)
    assert not dict(image.getexif())
    assert not {"exif", "icc_profile", "comment", "xmp", "dpi", "Author", "photoshop"} & set(image.info)
    assert samples.CAMERA.encode() not in content.data
    assert b"Exif" not in content.data
    assert content.notes == (Note.METADATA_REMOVED,)
    assert content.kind == Kind.IMAGE


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_image_is_turned_upright_before_its_orientation_is_lost(form):
    image = _opened(contents.check_image(samples.photo(form, orientation=6))).convert("RGB")
    assert image.size == (48, 64)
    top, bottom = image.getpixel((24, 8)), image.getpixel((24, 56))
    assert top[0] > 150 > top[2]
    assert bottom[2] > 150 > bottom[0]


@pytest.mark.parametrize(
    ("data", "extension", "mode"),
    [
        (samples.picture("JPEG"), "jpg", "RGB"),
        (samples.picture("JPEG", mode="L"), "jpg", "L"),
        (samples.picture("JPEG", mode="CMYK"), "jpg", "RGB"),
        (samples.picture("PNG"), "png", "RGB"),
        (samples.picture("PNG", mode="RGBA"), "png", "RGBA"),
        (samples.picture("PNG", mode="LA"), "png", "RGBA"),
        (samples.picture("PNG", mode="P"), "png", "RGB"),
        (samples.picture("PNG", mode="P", transparency=0), "png", "RGBA"),
        (samples.picture("PNG", mode="RGB", transparency=(0, 0, 0)), "png", "RGBA"),
        (samples.picture("PNG", mode="1"), "png", "L"),
        (samples.picture("WEBP"), "jpg", "RGB"),
        (samples.picture("WEBP", mode="RGBA", lossless=True, exact=True), "png", "RGBA"),
    ],
)
def test_image_of_every_mode_comes_out_in_a_plain_one(data, extension, mode):
    content = contents.check_image(data)
    assert content.extension == extension
    assert _opened(content).mode == mode
    assert content.content_type == {"jpg": "image/jpeg", "png": "image/png"}[extension]


def test_image_of_16_bits_is_scaled_not_clipped():
    out = io.BytesIO()
    Image.new("I;16", (4, 4), 0x8000).save(out, "PNG")
    assert _opened(contents.check_image(out.getvalue())).getpixel((0, 0)) == pytest.approx(128, abs=1)


@pytest.mark.parametrize(("form", "size"), [("JPEG", (9000, 1000)), ("PNG", (1000, 5000))])
def test_image_larger_than_4096_is_made_smaller_and_says_so(form, size):
    content = contents.check_image(samples.picture(form, size))
    assert max(_opened(content).size) == 4096
    assert Note.MADE_SMALLER in content.notes


def test_image_png_bomb_is_refused_before_it_is_decoded():
    bomb = samples.picture("PNG", (12_000, 6_000), mode="1")
    assert len(bomb) < 20_000
    assert _code(contents.check_image, bomb) == "too_many_pixels"


@pytest.mark.parametrize(
    ("form", "size", "how"),
    [
        ("PNG", (7_000, 7_000), {}),
        ("PNG", (5_001, 5_000), {}),
        ("WEBP", (5_001, 5_000), {"method": 0}),
        # Read whole before it is made smaller, unlike other JPEG pictures.
        ("JPEG", (9_000, 9_000), {"progressive": True}),
    ],
)
def test_image_that_has_to_be_unpacked_whole_may_have_fewer_pixels(monkeypatch, form, size, how):
    bomb = samples.picture(form, size, mode="RGB" if form == "WEBP" else "L", **how)
    monkeypatch.setattr(Image.Image, "load", lambda _image: pytest.fail("it was unpacked"))
    assert _code(contents.check_image, bomb) == "too_many_pixels"


def test_images_are_unpacked_two_at_a_time(monkeypatch):
    at_once, most, lock = 0, 0, threading.Lock()

    def unpack(picture: Image.Image, written_as: str) -> Image.Image:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        time.sleep(0.05)
        with lock:
            at_once -= 1
        return picture.copy()

    monkeypatch.setattr(contents, "_upright", unpack)
    threads = [threading.Thread(target=contents.check_image, args=(samples.picture(),)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2


def test_image_of_a_palette_is_turned_upright_too():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert _opened(contents.check_image(samples.picture("PNG", mode="P", exif=exif))).size == (48, 64)


def test_image_whose_header_claims_a_giant_is_refused():
    data = bytearray(samples.picture("PNG"))
    data[16:24] = struct.pack(">II", 60_000, 60_000)
    assert _code(contents.check_image, bytes(data)) in {"too_many_pixels", "damaged"}


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_image_cut_short_is_refused(form):
    noise = Image.effect_noise((200, 200), 80)
    out = io.BytesIO()
    noise.convert("RGB").save(out, form)
    data = out.getvalue()
    for share in (0.2, 0.5, 0.9):
        assert _code(contents.check_image, data[: int(len(data) * share)]) == "damaged"


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_image_animated_keeps_the_first_picture_and_says_so(form):
    out = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue", "green")]
    frames[0].save(out, form, save_all=True, append_images=frames[1:], duration=50, lossless=True)
    content = contents.check_image(out.getvalue())
    image = _opened(content)
    assert getattr(image, "n_frames", 1) == 1
    assert image.convert("RGB").getpixel((5, 5))[0] > 200
    assert Note.FIRST_PICTURE_ONLY in content.notes


def test_image_of_a_camera_with_a_second_picture_inside_keeps_only_the_first():
    out = io.BytesIO()
    first, second = Image.new("RGB", (32, 32), "red"), Image.new("RGB", (32, 32), "blue")
    first.save(out, "MPO", save_all=True, append_images=[second])
    assert Image.open(io.BytesIO(out.getvalue())).format == "MPO"
    content = contents.check_image(out.getvalue())
    assert _opened(content).format == "JPEG"
    assert content.notes == (Note.METADATA_REMOVED,)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_image_with_an_archive_or_video_behind_loses_it(form):
    hidden = samples.archive({"secret.html": "<script>alert(1)</script>" * 50}, zipfile.ZIP_STORED)
    polyglot = samples.picture(form) + samples.iso_media() + hidden
    assert zipfile.is_zipfile(io.BytesIO(polyglot))
    content = contents.check_image(polyglot)
    assert not zipfile.is_zipfile(io.BytesIO(content.data))
    assert b"<script>" not in content.data
    assert b"ftyp" not in content.data


# --- Documents ------------------------------------------------------------------------------------------------------
def test_pdf_is_kept_as_it_is_and_says_so():
    content = contents.check_pdf(samples.pdf())
    assert content.data == samples.pdf()
    assert content.notes == (Note.PROPERTIES_KEPT,)


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", samples.pdf()[:-10], b" " + samples.pdf(), b"%PDF-x" + samples.pdf()])
def test_pdf_not_whole_or_not_at_the_start_is_refused(data):
    assert _code(contents.check_pdf, data) == "damaged"


def test_pdf_that_is_an_archive_too_is_refused():
    assert _code(contents.check_pdf, samples.pdf() + samples.archive({"a": "b"}) + b"\n%%EOF") == "polyglot"
    assert _code(contents.check_pdf, samples.pdf(samples.archive({"a": "b"}))) == "polyglot"


@pytest.mark.parametrize(
    ("data", "extension"),
    [
        (samples.office("docx"), "docx"),
        (samples.office("xlsx"), "xlsx"),
        (samples.open_document("text"), "odt"),
        (samples.open_document("spreadsheet"), "ods"),
    ],
)
def test_office_is_known_by_what_it_declares(data, extension):
    content = contents.check_office(data)
    assert content.extension == extension
    assert content.data == data
    assert content.notes == (Note.PROPERTIES_KEPT,)


@pytest.mark.parametrize(
    "data", [samples.office("pptx"), samples.archive({"a.txt": "x"}), samples.archive({"mimetype": "application/epub"})]
)
def test_office_of_another_kind_is_refused(data):
    assert _code(contents.check_office, data) == "not_accepted"


def test_office_with_macros_is_refused():
    assert _code(contents.check_office, samples.office("docm")) == "macros"
    assert _code(contents.check_office, samples.office("docx", word__vbaProject_dot_bin=b"x")) == "macros"
    libre = samples.archive(
        {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "x", "Basic/Standard/a.xml": "x"}
    )
    assert _code(contents.check_office, libre) == "macros"


def test_office_bomb_is_refused_unread():
    bomb = samples.office("docx", word__big_dot_xml=bytes(30 * 1024 * 1024))
    assert len(bomb) < 50_000
    assert _code(contents.check_office, bomb) == "archive_bomb"


def test_office_bomb_of_many_entries_is_refused(monkeypatch):
    monkeypatch.setattr(contents, "ZIP_MAX_ENTRIES", 3)
    assert contents.check_office(samples.office("docx", one="1")).extension == "docx"
    assert _code(contents.check_office, samples.office("docx", one="1", two="2")) == "archive_bomb"


def test_office_bomb_that_lies_about_its_size_is_refused():
    honest = samples.office("docx", word__big_dot_xml=bytes(30 * 1024 * 1024))
    claimed = struct.pack("<I", 30 * 1024 * 1024)
    assert honest.count(claimed) >= 1
    assert _code(contents.check_office, honest.replace(claimed, struct.pack("<I", 1000))) == "damaged"


def test_office_that_unpacks_much_but_honestly_is_taken():
    small_ratio = b"".join(b"%d," % number for number in range(2_000_000))
    assert contents.check_office(samples.office("xlsx", xl__sheet_dot_xml=small_ratio)).extension == "xlsx"


def test_office_damaged_inside_is_refused():
    data = bytearray(samples.office("docx", word__x_dot_bin=bytes(range(256)) * 4))
    place = data.index(b"word/x.bin") + 30
    data[place] ^= 0xFF
    assert _code(contents.check_office, bytes(data)) == "damaged"


def test_office_locked_with_a_password_is_refused():
    data = samples.office("docx")
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        directory = packed.start_dir
    changed = bytearray(data)
    changed[directory + 8] |= 1
    assert _code(contents.check_office, bytes(changed)) == "encrypted"


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a\\b", "a/../b"])
def test_office_with_names_that_leave_their_folder_is_refused(name):
    types = zipfile.ZipFile(io.BytesIO(samples.office())).read("[Content_Types].xml")
    assert _code(contents.check_office, samples.archive({"[Content_Types].xml": types, name: "x"})) == "damaged"


def test_office_with_one_name_twice_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("[Content_Types].xml", "x")
        with pytest.warns(UserWarning, match="Duplicate"):
            packed.writestr("[Content_Types].xml", "x")
    assert _code(contents.check_office, out.getvalue()) == "damaged"


def test_office_with_something_before_behind_or_in_a_comment_is_refused():
    data = samples.office()
    commented = data[:-2] + struct.pack("<H", 6) + b"GIF89a"
    for changed, code in [
        (b"GIF89a" + data, "polyglot"),
        (b"PK\x03\x04" + bytes(100) + data, "polyglot"),
        (data + b"<html>", "polyglot"),
        (commented, "polyglot"),
        (data[:-30], "damaged"),
        (b"PK\x03\x04", "damaged"),
    ]:
        assert _code(contents.check_office, changed) == code


# --- Recordings -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("data", "kind", "extension"),
    [
        (samples.iso_media(b"isom"), Kind.VIDEO, "mp4"),
        (samples.iso_media(b"qt  "), Kind.VIDEO, "mov"),
        (samples.iso_media(b"3gp5"), Kind.VIDEO, "3gp"),
        (samples.iso_media(b"M4A ", b"soun"), Kind.AUDIO, "m4a"),
        (samples.iso_media(b"mp42", b"soun"), Kind.AUDIO, "m4a"),
    ],
)
def test_iso_media_is_known_by_its_brand_and_tracks(data, kind, extension):
    content = contents.check_iso_media(data)
    assert (content.kind, content.extension) == (kind, extension)
    assert content.notes == (Note.RECORDING_KEPT,)


def test_iso_media_with_long_and_open_boxes_is_read():
    open_end = samples.iso_media() + struct.pack(">I", 0) + b"free" + bytes(9)
    long_box = samples.iso_media() + struct.pack(">I", 1) + b"free" + struct.pack(">Q", 20) + bytes(4)
    assert contents.check_iso_media(open_end).kind == Kind.VIDEO
    assert contents.check_iso_media(long_box).kind == Kind.VIDEO


@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"avif"])
def test_iso_media_that_is_a_photo_is_refused_with_a_way_out(brand):
    assert _code(contents.check_iso_media, samples.iso_media(brand)) == "heic"


def test_iso_media_of_an_unknown_brand_is_refused():
    assert _code(contents.check_iso_media, samples.iso_media(b"evil")) == "not_accepted"


@pytest.mark.parametrize("cut", [20, 60, -1])
def test_iso_media_cut_short_is_refused(cut):
    assert _code(contents.check_iso_media, samples.iso_media()[:cut]) == "damaged"


def test_iso_media_with_something_behind_is_refused():
    assert _code(contents.check_iso_media, samples.iso_media() + samples.archive({"a": "b"})) == "damaged"
    hidden = samples.iso_media() + samples.box(b"free", samples.archive({"a": "b"}))
    assert _code(contents.check_iso_media, hidden) == "polyglot"


@pytest.mark.parametrize("tag", [True, False])
def test_mp3_is_known_by_frames_in_a_row(tag):
    assert contents.check_mp3(samples.mp3(tag)).extension == "mp3"


@pytest.mark.parametrize(
    "data", [b"ID3", b"ID3\x04\x00\x00\x00\x00\x00\x00<html>", b"\xff\xfb\x90\x00" + bytes(900), samples.mp3()[:30]]
)
def test_mp3_without_frames_is_refused(data):
    assert _code(contents.check_mp3, data) == "damaged"


def test_mp3_that_is_an_archive_too_is_refused():
    assert _code(contents.check_mp3, samples.mp3() + samples.archive({"a": "b"})) == "polyglot"


# --- Text -----------------------------------------------------------------------------------------------------------
def test_text_in_utf8_and_tis620_comes_out_as_utf8():
    text = "ถนนชำรุด\r\nหน้าโรงเรียน"
    assert contents.check_text(text.encode()).data.decode() == text
    assert contents.check_text(text.encode("utf-8-sig")).data.decode() == text
    converted = contents.check_text(text.encode("tis-620"))
    assert converted.data.decode() == text
    assert converted.notes == (Note.CONVERTED_TO_UTF8,)


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE html><p>", b"  <html>", b"hello <script>alert(1)</script>", b"<?xml version='1.0'?>",
        b"<SVG onload=x>", b"#!/bin/sh\n", b"<?php echo", b"a\x00b", b"\x1b[31m", b" \n\t", b"\xff\xfe\xfd\xfc",
    ],
)  # fmt: skip
def test_text_that_could_be_something_else_is_refused(data):
    assert _code(contents.check_text, data) == "not_accepted"


def test_text_may_speak_of_smaller_and_larger():
    assert contents.check_text(b"1 < 2, x <b> y").kind == Kind.TEXT
