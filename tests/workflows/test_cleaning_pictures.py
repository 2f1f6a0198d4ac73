"""Pictures inside documents are cut by their structure: what tells goes, and every dot stays."""

import io

import pytest
from PIL import Image

from tests.workflows import samples
from workflows.cleaning.pictures import without_metadata


def dots(data: bytes) -> bytes:
    return Image.open(io.BytesIO(data)).convert("RGB").tobytes()


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_picture_loses_what_tells_and_what_follows_and_keeps_its_dots(form: str) -> None:
    photo = samples.photo(form)
    cut = without_metadata(photo + b"Secretphone")
    assert b"Secretphone" not in cut
    assert b"Exif" not in cut
    assert dots(cut) == dots(photo)
    assert without_metadata(cut) == cut


def test_picture_of_several_scans_and_with_fill_bytes_is_followed_to_its_end() -> None:
    out = io.BytesIO()
    Image.effect_noise((90, 90), 60).convert("RGB").save(out, "JPEG", progressive=True, comment=b"Secretphone")
    photo = out.getvalue()
    filled = photo.replace(b"\xff\xfe", b"\xff\xff\xff\xfe", 1)
    cut = without_metadata(filled + b"behind")
    assert b"Secretphone" not in cut
    assert b"behind" not in cut
    assert dots(cut) == dots(photo)


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", b"\xff\xd8\xff", b"\xff\xd8\xff\xe1\xff\xffx", b"\x89PNG\r\n\x1a\n\xff\xff\xff\xff"]
)
def test_picture_that_cannot_be_followed_stays(data: bytes) -> None:
    assert without_metadata(data) == data


def test_picture_cut_short_keeps_what_there_is_of_its_dots() -> None:
    photo = samples.photo("JPEG")
    cut = without_metadata(photo[:-40])
    assert samples.CAMERA.encode() not in cut
    assert cut.endswith(photo[-80:-40])
