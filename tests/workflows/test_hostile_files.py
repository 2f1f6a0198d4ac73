"""Whatever comes in is taken clean or refused with a sentence, in seconds and within bounds. Nothing else happens."""

import io
import resource
import secrets
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import openpyxl
import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.workflows import samples
from workflows import files
from workflows.cleaning.office import clean_office
from workflows.cleaning.outcome import Unfit
from workflows.cleaning.pdf import clean_pdf
from workflows.contents import SENTENCES, FileRefused, check_image, check_iso_media, check_mp3, check_text

MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SECONDS = 5


def _workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["=1+1", "ก"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _pdf() -> bytes:
    pdf = pikepdf.new()
    page = pdf.add_blank_page().obj
    page.Contents = pdf.make_stream(b"BT (x) Tj ET")
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("x"))
    page.Resources = pikepdf.Dictionary(
        XObject=pikepdf.Dictionary(
            I=pikepdf.Stream(
                pdf, samples.photo(), Subtype=pikepdf.Name.Image, Width=64, Height=48, Filter=pikepdf.Name.DCTDecode
            )
        )
    )
    out = io.BytesIO()
    pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


VALID: dict[str, tuple[Callable[[bytes], Any], bytes]] = {
    "pdf": (clean_pdf, samples.pdf()),
    "packed pdf": (clean_pdf, _pdf()),
    "docx": (clean_office, samples.office(**{"word/media/a.jpeg": samples.photo(), "docProps/core.xml": b"<x/>"})),
    "xlsx": (clean_office, _workbook()),
    "odt": (clean_office, samples.open_document()),
    "mp4": (check_iso_media, samples.camera_video()),
    "mp3": (check_mp3, samples.mp3()),
    "jpeg": (check_image, samples.photo("JPEG")),
    "png": (check_image, samples.photo("PNG")),
    "webp": (check_image, samples.photo("WEBP")),
    "text": (check_text, "ถนนชำรุด".encode()),
}


def _outcome(checker: Callable[[bytes], Any], data: bytes) -> tuple[Any, str]:
    """What was taken, or why nothing was; every other error goes through."""
    try:
        return checker(data), ""
    except (FileRefused, Unfit) as refusal:
        return None, refusal.code


def _through_the_door(data: bytes) -> files.Checked:
    return files.check_upload(SimpleUploadedFile("a.pdf", data))


@st.composite
def mutations(draw: st.DrawFn, data: bytes) -> bytes:
    """Bytes changed, cut out, doubled, moved, or put in: with numbers that formats take for sizes and places."""
    changed = bytearray(data)
    for _step in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(len(changed) - 1, 0)))
        length = draw(st.sampled_from([1, 2, 4, 8, 40]))
        match draw(st.sampled_from(["change", "number", "cut", "double", "move", "insert", "end"])):
            case "change":
                changed[at : at + length] = draw(st.binary(min_size=length, max_size=length))
            case "number":
                number = draw(st.sampled_from([0, 1, 0x7FFFFFFF, 0xFFFFFFFF, 0xFFFFFFFE, len(data), 8, 1 << 20]))
                changed[at : at + 4] = number.to_bytes(4, draw(st.sampled_from(["little", "big"])))
            case "cut":
                del changed[at : at + length]
            case "double":
                changed[at:at] = changed[at : at + length * 10]
            case "move":
                part = changed[at : at + length]
                del changed[at : at + length]
                to = draw(st.integers(0, len(changed)))
                changed[to:to] = part
            case "insert":
                changed[at:at] = draw(st.binary(max_size=40))
            case "end":
                del changed[at:]
    return bytes(changed)


@pytest.mark.parametrize("kind", VALID)
def test_valid_file_is_taken(kind: str) -> None:
    checker, data = VALID[kind]
    assert checker(data).data


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", VALID)
def test_mutated_file_is_taken_or_refused_in_seconds(kind: str) -> None:
    checker, data = VALID[kind]

    @MANY
    @given(mutations(data))
    @example(b"")
    @example(data[:-1])
    def check(mutated: bytes) -> None:
        began = time.process_time()
        taken, why = _outcome(checker, mutated)
        if taken is None:
            assert why in SENTENCES
        else:
            # Clean is clean: what was kept is taken again.
            assert _outcome(checker, taken.data)[1] == ""
        assert time.process_time() - began < SECONDS

    check()


def test_recording_whose_hidden_track_lies_over_the_boxes_is_refused() -> None:
    """What is erased of such a track may be media data only, never the boxes a player needs."""
    whole = samples.camera_video()
    assert _outcome(check_iso_media, whole[:20] + whole) == (None, "damaged")  # every place is 20 bytes off


def test_mutated_document_through_the_door_is_taken_or_refused() -> None:
    """The same where a process of its own reads them; each costs a start, so they are fewer."""

    @settings(max_examples=15, deadline=None)
    @given(st.sampled_from(["packed pdf", "docx", "xlsx"]).flatmap(lambda kind: mutations(VALID[kind][1])))
    def check(mutated: bytes) -> None:
        taken, why = _outcome(_through_the_door, mutated)
        assert taken or why

    check()


# --- Bombs ------------------------------------------------------------------------------------------------------------
def _deflated_twice(megabytes: int) -> bytes:
    """A PDF whose list of objects unpacks to far more than the file: qpdf has to read it."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1024 * 1024)) for _ in range(megabytes)) + packer.flush()
    head = b"5 0 obj\n<</Type/ObjStm/N 1/First 10/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
    catalog = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 5 0 R>>endobj\n" + head + packed + b"\nendstream\nendobj\n"
    return catalog + b"trailer<</Root 1 0 R/Size 6>>\nstartxref\n0\n%%EOF\n"


def _nested_arrays(depth: int) -> bytes:
    return samples.pdf(comment=b"\n9 0 obj\n" + b"[" * depth + b"]" * depth + b"\nendobj")


def _loop_of_pages() -> bytes:
    return samples.pdf().replace(b"/Kids[3 0 R]", b"/Kids[2 0 R]")


def _deep_markup(depth: int) -> bytes:
    return samples.office(word__deep_dot_xml=b"<a>" * depth + b"</a>" * depth)


def _wide_markup() -> bytes:
    """Modest as an archive, with a picture that does not pack, and its tree beyond the memory of the process."""
    picture = secrets.token_bytes(1024 * 1024)
    return samples.office(**{"word/wide.xml": b"<x>" + b"<a/>" * 16_000_000 + b"</x>", "word/media/a.png": picture})


def _boxes_in_boxes(depth: int) -> bytes:
    inner = b""
    for _level in range(depth):
        inner = samples.box(b"moov", inner)
    return samples.iso_media() + inner


def _same_samples_again() -> bytes:
    """A track of remarks whose table names the same stretch of the file a hundred thousand times."""
    return samples.camera_video(chunks=100_000)


BOMBS: dict[str, Callable[[], bytes]] = {
    "pdf packed": lambda: _deflated_twice(200),
    "pdf nested": lambda: _nested_arrays(200_000),
    "pdf loop": _loop_of_pages,
    "docx deep": lambda: _deep_markup(100_000),
    "docx wide": _wide_markup,
    "mp4 deep": lambda: _boxes_in_boxes(5_000),
    "mp4 small boxes": lambda: samples.iso_media() + samples.box(b"free", b"") * 50_000,
    "mp4 same samples": _same_samples_again,
    "mp3 heads": lambda: samples.mp3() + b"\xff\xfb\x90\x00" * 30_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_bomb_costs_this_process_little_and_never_more_than_its_time(name: str) -> None:
    data = BOMBS[name]()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.process_time()
    tracemalloc.start()
    taken, why = _outcome(_through_the_door, data)
    assert taken or why
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert most < 12 * len(data) + 20 * 1024 * 1024
    assert time.process_time() - began < 30  # tracing makes it five times slower
    assert after.ru_utime - before.ru_utime < 25
    assert after.ru_maxrss * 1024 < 1600 * 1024 * 1024


def test_office_archive_of_nothing_but_directories_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("word/", b"")
    with pytest.raises(Unfit):
        clean_office(out.getvalue())


def test_document_beyond_the_memory_of_its_process_is_refused() -> None:
    assert _outcome(_through_the_door, _wide_markup())[1] == "too_complex"
