"""Plain text comes out as UTF-8; text that a browser could take for a page is none."""

import pytest
from django.utils import translation

from workflows.contents import FileRefused, Kind, Note, check_text


def _code(checker, data: bytes) -> str:
    with pytest.raises(FileRefused) as caught:
        checker(data)
    with translation.override("en"):
        assert str(caught.value.sentence)
    return caught.value.code


def test_text_in_utf8_and_tis620_comes_out_as_utf8():
    text = "ถนนชำรุด\r\nหน้าโรงเรียน"
    assert check_text(text.encode()).data.decode() == text
    assert check_text(text.encode("utf-8-sig")).data.decode() == text
    converted = check_text(text.encode("tis-620"))
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
    assert _code(check_text, data) == "not_accepted"


def test_text_may_speak_of_smaller_and_larger():
    assert check_text(b"1 < 2, x <b> y").kind == Kind.TEXT
