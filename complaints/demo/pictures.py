"""Small drawn pictures that stand for the photographs people send and the sheets that offices scan: no camera, no
place, no person, no word."""

import random
from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from workflows.files import Checked, check_upload

_SIZE = (640, 480)
_HORIZON = 190
_SHEET = (480, 680)


def picture(name: str, rng: random.Random, *, mended: bool) -> Checked:
    """A road under the sky with a dark patch on it; `mended`: with a patch of new asphalt in its place.

    name: how the file is called, without its ending. rng: where the patch lies and what the weather is.
    """
    width, height = _SIZE
    image = Image.new("RGB", _SIZE, rng.choice(["#9FC4DC", "#B9C4CC", "#D9C8A8"]))
    draw = ImageDraw.Draw(image)
    for _ in range(3):
        left, top = rng.randint(-80, width), rng.randint(90, 150)
        draw.ellipse((left, top, left + rng.randint(200, 380), 330), fill=rng.choice(["#5B7B5A", "#6D8C63", "#4F6F57"]))
    draw.rectangle((0, _HORIZON, width, height), fill="#A89468")
    draw.polygon([(270, _HORIZON), (370, _HORIZON), (600, height), (40, height)], fill="#6E6E6C")
    for top in range(_HORIZON + 20, height, 60):
        draw.rectangle((316, top, 324, top + 26), fill="#E6E2D3")
    middle, down, wide = rng.randint(280, 360), rng.randint(320, 410), rng.randint(45, 90)
    box = (middle - wide, down - wide // 3, middle + wide, down + wide // 3)
    if mended:
        draw.rectangle(box, fill="#3A3A3B")
    else:
        draw.ellipse(box, fill="#33302B", outline="#8C8478", width=5)
    return _checked(name, image)


def sheet(name: str, rng: random.Random) -> Checked:
    """A scanned sheet: lines of writing, a signature, a stamp. name, rng: as for `picture`."""
    width, height = _SHEET
    image = Image.new("RGB", _SHEET, "#F7F5EF")
    draw = ImageDraw.Draw(image)
    for top in range(110, height - 210, 24):
        draw.rectangle((60, top, width - rng.randint(50, 160), top + 5), fill="#5A5A5A")
    right, down = width - rng.randint(190, 220), height - rng.randint(140, 160)
    draw.line([(right + step * 14, down + rng.randint(-16, 16)) for step in range(9)], fill="#27408B", width=3)
    draw.ellipse((80, height - 190, 180, height - 90), outline="#A83232", width=4)
    return _checked(name, image)


def _checked(name: str, image: Image.Image) -> Checked:
    content = BytesIO()
    image.save(content, "JPEG", quality=80)
    return check_upload(ContentFile(content.getvalue(), name=f"{name}.jpg"))
