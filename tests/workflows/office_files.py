"""Office files as tests look at them: their parts, and why one was refused."""

import io
import zipfile

import pytest

from workflows.cleaning.office import clean_office
from workflows.cleaning.outcome import Unfit

NAME = "สมชาย"
SECRET = NAME.encode()
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def code(data: bytes) -> str:
    with pytest.raises(Unfit) as caught:
        clean_office(data)
    return caught.value.code


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def everything(data: bytes) -> bytes:
    return b"\n".join(name.encode() + b"\n" + content for name, content in parts(data).items())
