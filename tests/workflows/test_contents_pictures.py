"""Pictures are drawn anew: what is taken comes out clean, what pretends is refused."""

import io
import struct
import threading
import time
import zipfile

import pytest
from django.utils import translation
from PIL import Image

from tests.workflows import samples
from workflows.contents import Content, FileRefused, Kind, Note, check_image, pictures


def _code(checker, data: bytes) -> str:
    with pytest.raises(FileRefused) as caught:
        checker(data)
    with translation.override("en"):
        assert str(caught.value.sentence)
    return caught.value.code


def _opened(content: Content) -> Image.Image:
    image = Image.open(io.BytesIO(content.data))
    image.load()
    return image


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_image_with_place_camera_and_comment_comes_out_without(form):
    before = samples.photo(form)
    source = Image.open(io.BytesIO(before))
    assert source.getexif().get_ifd(samples.GPS_IFD)[2][0] == 13
    assert samples.CAMERA.encode() in before

    content = check_image(before)

    image = _opened(content)
    assert not dict(image.getexif())
    assert not {"exif", "icc_profile", "comment", "xmp", "dpi", "Author", "photoshop"} & set(image.info)
    assert samples.CAMERA.encode() not in content.data
    assert b"Exif" not in content.data
    assert content.notes == (Note.METADATA_REMOVED,)
    assert content.kind == Kind.IMAGE


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_image_is_turned_upright_before_its_orientation_is_lost(form):
    image = _opened(check_image(samples.photo(form, orientation=6))).convert("RGB")
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
    content = check_image(data)
    assert content.extension == extension
    assert _opened(content).mode == mode
    assert content.content_type == {"jpg": "image/jpeg", "png": "image/png"}[extension]


def test_image_of_16_bits_is_scaled_not_clipped():
    out = io.BytesIO()
    Image.new("I;16", (4, 4), 0x8000).save(out, "PNG")
    assert _opened(check_image(out.getvalue())).getpixel((0, 0)) == pytest.approx(128, abs=1)


@pytest.mark.parametrize(("form", "size"), [("JPEG", (9000, 1000)), ("PNG", (1000, 5000))])
def test_image_larger_than_4096_is_made_smaller_and_says_so(form, size):
    content = check_image(samples.picture(form, size))
    assert max(_opened(content).size) == 4096
    assert Note.MADE_SMALLER in content.notes


def test_image_png_bomb_is_refused_before_it_is_decoded():
    bomb = samples.picture("PNG", (12_000, 6_000), mode="1")
    assert len(bomb) < 20_000
    assert _code(check_image, bomb) == "too_many_pixels"


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
    assert _code(check_image, bomb) == "too_many_pixels"


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

    monkeypatch.setattr(pictures, "_upright", unpack)
    threads = [threading.Thread(target=check_image, args=(samples.picture(),)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2


def test_image_of_a_palette_is_turned_upright_too():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert _opened(check_image(samples.picture("PNG", mode="P", exif=exif))).size == (48, 64)


def test_image_whose_header_claims_a_giant_is_refused():
    data = bytearray(samples.picture("PNG"))
    data[16:24] = struct.pack(">II", 60_000, 60_000)
    assert _code(check_image, bytes(data)) in {"too_many_pixels", "damaged"}


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_image_cut_short_is_refused(form):
    noise = Image.effect_noise((200, 200), 80)
    out = io.BytesIO()
    noise.convert("RGB").save(out, form)
    data = out.getvalue()
    for share in (0.2, 0.5, 0.9):
        assert _code(check_image, data[: int(len(data) * share)]) == "damaged"


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_image_animated_keeps_the_first_picture_and_says_so(form):
    out = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue", "green")]
    frames[0].save(out, form, save_all=True, append_images=frames[1:], duration=50, lossless=True)
    content = check_image(out.getvalue())
    image = _opened(content)
    assert getattr(image, "n_frames", 1) == 1
    assert image.convert("RGB").getpixel((5, 5))[0] > 200
    assert Note.FIRST_PICTURE_ONLY in content.notes


def test_image_of_a_camera_with_a_second_picture_inside_keeps_only_the_first():
    out = io.BytesIO()
    first, second = Image.new("RGB", (32, 32), "red"), Image.new("RGB", (32, 32), "blue")
    first.save(out, "MPO", save_all=True, append_images=[second])
    assert Image.open(io.BytesIO(out.getvalue())).format == "MPO"
    content = check_image(out.getvalue())
    assert _opened(content).format == "JPEG"
    assert content.notes == (Note.METADATA_REMOVED,)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_image_with_an_archive_or_video_behind_loses_it(form):
    hidden = samples.archive({"secret.html": "<script>alert(1)</script>" * 50}, zipfile.ZIP_STORED)
    polyglot = samples.picture(form) + samples.iso_media() + hidden
    assert zipfile.is_zipfile(io.BytesIO(polyglot))
    content = check_image(polyglot)
    assert not zipfile.is_zipfile(io.BytesIO(content.data))
    assert b"<script>" not in content.data
    assert b"ftyp" not in content.data
