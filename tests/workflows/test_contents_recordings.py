"""Recordings lose what the device wrote beside them; what pretends is refused."""

import struct

import pytest
from django.utils import translation

from tests.workflows import samples
from workflows.contents import FileRefused, Kind, Note, check_iso_media, check_mp3


def _code(checker, data: bytes) -> str:
    with pytest.raises(FileRefused) as caught:
        checker(data)
    with translation.override("en"):
        assert str(caught.value.sentence)
    return caught.value.code


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
    content = check_iso_media(data)
    assert (content.kind, content.extension) == (kind, extension)
    assert content.notes == (Note.RECORDING_CLEANED,)


def test_iso_media_with_long_and_open_boxes_is_read():
    open_end = samples.iso_media() + struct.pack(">I", 0) + b"free" + bytes(9)
    long_box = samples.iso_media() + struct.pack(">I", 1) + b"free" + struct.pack(">Q", 20) + bytes(4)
    assert check_iso_media(open_end).kind == Kind.VIDEO
    assert check_iso_media(long_box).kind == Kind.VIDEO


@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"avif"])
def test_iso_media_that_is_a_photo_is_refused_with_a_way_out(brand):
    assert _code(check_iso_media, samples.iso_media(brand)) == "heic"


def test_iso_media_of_an_unknown_brand_is_refused():
    assert _code(check_iso_media, samples.iso_media(b"evil")) == "not_accepted"


@pytest.mark.parametrize("cut", [20, 60, -1])
def test_iso_media_cut_short_is_refused(cut):
    assert _code(check_iso_media, samples.iso_media()[:cut]) == "damaged"


def test_iso_media_with_something_behind_is_refused():
    assert _code(check_iso_media, samples.iso_media() + samples.archive({"a": "b"})) == "damaged"
    hidden = samples.iso_media() + samples.box(b"free", samples.archive({"a": "b"}))
    assert _code(check_iso_media, hidden) == "polyglot"


@pytest.mark.parametrize("tag", [True, False])
def test_mp3_is_known_by_frames_in_a_row(tag):
    assert check_mp3(samples.mp3(tag)).extension == "mp3"


@pytest.mark.parametrize(
    "data", [b"ID3", b"ID3\x04\x00\x00\x00\x00\x00\x00<html>", b"\xff\xfb\x90\x00" + bytes(900), samples.mp3()[:30]]
)
def test_mp3_without_frames_is_refused(data):
    assert _code(check_mp3, data) == "damaged"


def test_mp3_that_is_an_archive_too_is_refused():
    assert _code(check_mp3, samples.mp3() + samples.archive({"a": "b"})) == "polyglot"


# --- What the device wrote --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("brand", [b"qt  ", b"isom", b"3gp5"])
def test_video_loses_place_device_and_times_and_keeps_its_pictures_where_they_are(brand):
    before = samples.camera_video(brand=brand)
    told = (samples.PLACE[:10], samples.CAMERA.encode(), b"TIME", b"MAKE", b"com.apple", b"cdsc")
    assert all(each in before for each in told)
    content = check_iso_media(before)
    assert not [each for each in told if each in content.data]
    assert content.notes == (Note.RECORDING_CLEANED,)
    assert content.kind == Kind.VIDEO
    assert len(content.data) == len(before)
    assert content.data.index(b"picture picture ") == before.index(b"picture picture ")
    assert check_iso_media(content.data).data == content.data


def test_video_of_fragments_with_another_track_says_that_it_may_still_tell():
    way = samples.camera_video() + samples.box(b"moof", b"")
    assert check_iso_media(way).notes == (Note.RECORDING_KEPT,)
    assert check_iso_media(samples.iso_media() + samples.box(b"moof", b"")).notes == (Note.RECORDING_CLEANED,)


@pytest.mark.parametrize("name", [b"stsz", b"stsc", b"stco"])
def test_video_whose_table_is_missing_says_that_it_may_still_tell(name):
    data = samples.camera_video()
    place = data.rindex(name)
    content = check_iso_media(data[:place] + b"xxxx" + data[place + 4 :])
    assert content.notes == (Note.RECORDING_KEPT,)


def test_video_times_of_eight_bytes_go_too():
    head = samples.box(b"mvhd", b"\1" + bytes(3) + b"TIMETIMETIMETIME" + b"SCAL" + bytes(80))
    data = samples.box(b"ftyp", b"isom" + bytes(4)) + samples.box(b"moov", head) + samples.box(b"mdat", bytes(9))
    cleaned = check_iso_media(data).data
    assert b"TIME" not in cleaned
    assert b"SCAL" in cleaned


def test_video_whose_table_names_the_same_bytes_again_and_again_is_refused():
    assert _code(check_iso_media, samples.camera_video(chunks=1_000_000)) == "damaged"


@pytest.mark.parametrize(
    "behind",
    [
        b"TAG" + b"Somchai".ljust(125, b"\0"),
        b"APETAGEX" + b"Somchai" * 20,
        b"ID3\x04\0\0\0\0\0\x07Somchai",
        bytes(50) + b"Somchai",
        b"Somchai" * 100,
    ],
)
def test_mp3_loses_its_tags_and_what_is_no_sound(behind):
    sound = samples.mp3(tag=False)
    before = b"ID3\x04\0\0\0\0\0\x07Somchai" + sound + behind
    content = check_mp3(before)
    assert content.data == sound
    assert content.notes == (Note.RECORDING_CLEANED,)


def test_mp3_damaged_in_the_middle_is_mended():
    sound = samples.mp3(tag=False)
    assert check_mp3(sound + b"noise" * 30 + sound).data == sound * 2


def test_mp3_that_is_mostly_something_else_is_refused():
    assert _code(check_mp3, samples.mp3() + b"<html>" * 2000) == "damaged"
