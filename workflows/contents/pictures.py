"""Pictures, drawn anew, so that nothing hidden in them survives."""

import io
import threading

from PIL import Image, ImageOps

from workflows.contents.base import Content, FileRefused, Kind, Note

# A phone's full resolution is 12-50 megapixels, as JPEG, which is read smaller from the start. Screens have 4-15, and
# A4 at 400 dpi has 15: what comes as PNG or WebP has to be unpacked whole, at four bytes a pixel and more.
MAX_PIXELS_JPEG = 50_000_000
MAX_PIXELS = 25_000_000
MAX_SIDE = 4096
# How many pictures are unpacked at once in a process, whatever the number of its threads: the others wait.
_UNPACKING = threading.BoundedSemaphore(2)


def check_image(data: bytes) -> Content:
    """A JPEG, PNG or WebP drawn anew: turned upright, at most 4096 pixels a side, without any metadata.

    What follows the picture in the file (another file, a short video, a depth map) is gone with the rest. Colour
    profiles go too, for they can name a device. WebP becomes JPEG or, with transparency, PNG: every office can open
    these. Raises FileRefused: damaged, too_many_pixels.
    """
    with _UNPACKING:
        return _drawn_anew(data)


def _drawn_anew(data: bytes) -> Content:
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP"]) as source:
            written_as = "JPEG" if source.format == "MPO" else str(source.format)
            animated = written_as != "JPEG" and getattr(source, "n_frames", 1) > 1
            full_size = source.size
            picture = _upright(source, written_as)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise FileRefused("too_many_pixels") from error
    # Pillow's decoders raise many kinds of errors on hostile input, and all of them mean the same here.
    except Exception as error:
        raise FileRefused("damaged") from error

    if written_as == "WEBP":
        written_as = "PNG" if "A" in picture.getbands() else "JPEG"
    # The writers take comments, profiles and resolution from here when they are not told otherwise.
    picture.info = {}
    out = io.BytesIO()
    if written_as == "JPEG":
        picture.convert("L" if picture.mode == "L" else "RGB").save(out, "JPEG", quality=88, optimize=True)
    else:
        picture.save(out, "PNG")
    notes = [Note.METADATA_REMOVED]
    if max(full_size) > MAX_SIDE:
        notes.append(Note.MADE_SMALLER)
    if animated:
        notes.append(Note.FIRST_PICTURE_ONLY)
    is_jpeg = written_as == "JPEG"
    return Content(
        Kind.IMAGE, "image/jpeg" if is_jpeg else "image/png", "jpg" if is_jpeg else "png", out.getvalue(), tuple(notes)
    )


def _upright(picture: Image.Image, written_as: str) -> Image.Image:
    """The picture unpacked, at most 4096 pixels a side, upright, in a plain mode.

    Made smaller first, so that what else is done is done to little. Raises DecompressionBombError.
    """
    # A progressive JPEG is held whole while it is read, however small it is drawn.
    if written_as == "JPEG" and "progressive" not in picture.info:
        picture.draft(None, (MAX_SIDE, MAX_SIDE))
    if picture.width * picture.height > (MAX_PIXELS_JPEG if written_as == "JPEG" else MAX_PIXELS):
        raise Image.DecompressionBombError
    picture.load()
    # Colours of a palette, and a colour that means "transparent", cannot be mixed.
    if picture.mode in {"1", "P", "PA"} or "transparency" in picture.info:
        picture = _plain_mode(picture)
    picture.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    ImageOps.exif_transpose(picture, in_place=True)
    return _plain_mode(picture)


def _plain_mode(picture: Image.Image) -> Image.Image:
    """Grey, RGB or RGBA: the modes that both writers and every viewer know."""
    if picture.mode.startswith("I"):  # 16 bits a sample: convert() would clip instead of scaling
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    if picture.mode in {"L", "RGB", "RGBA"} and "transparency" not in picture.info:
        return picture
    if picture.mode in {"LA", "PA", "La", "RGBa"} or "transparency" in picture.info:
        return picture.convert("RGBA")
    return picture.convert("L" if picture.mode == "1" else "RGB")
