"""Deployment packages that a learner may hand in."""

from __future__ import annotations

import io
import stat
import zipfile

import pytest

from sandbox.runtime import CodeError, check_code
from sandbox.runtime.code import unpack
from tests.sandbox.runtime.conftest import package


def archive(name: str, mode: int = 0, content: str = "x") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zipped:
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        zipped.writestr(info, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (b"no zip", "this is not a zip file"),
        (b"", "this is not a zip file"),
        (archive("../evil.py"), "outside its folder"),
        (archive("a/../../evil.py"), "outside its folder"),
        (archive("/etc/evil"), "outside its folder"),
        (archive("..\\evil.py"), "outside its folder"),
        (archive("link", stat.S_IFLNK | 0o777, "/etc/passwd"), "no plain file"),
        (archive("pipe", stat.S_IFIFO | 0o777), "no plain file"),
        (archive("big", content="0" * 2_000_000), "unpacks to more"),
    ],
)
def test_a_package_that_must_not_be_unpacked_is_refused(code, message, tmp_path):
    with pytest.raises(CodeError, match=message):
        check_code(code, unpacked_max=1_000_000)
    with pytest.raises(CodeError, match=message):
        unpack(code, tmp_path / "task", unpacked_max=1_000_000)
    assert not list(tmp_path.rglob("*evil*"))


def test_a_package_whose_directory_lies_about_a_size_is_refused(tmp_path):
    code = archive("big.txt", content="0" * 500_000)
    lying = code.replace((500_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    with pytest.raises(CodeError):
        unpack(lying, tmp_path / "task", unpacked_max=1_000)


def test_a_damaged_package_is_refused(tmp_path):
    code = bytearray(archive("app.py", content="print('hello hello hello')"))
    code[45] ^= 0xFF
    with pytest.raises(CodeError, match="cannot be unpacked"):
        unpack(bytes(code), tmp_path / "task")


def test_a_good_package_is_unpacked_whole(tmp_path):
    code = package("x = 1", lib__util="y = 2")
    check_code(code)
    unpack(code, tmp_path / "task")
    assert (tmp_path / "task/app.py").read_text() == "x = 1"
    assert (tmp_path / "task/lib/util.py").read_text() == "y = 2"
