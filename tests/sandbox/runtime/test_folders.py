"""Removing folders that were piled up to stay."""

from __future__ import annotations

import os
from pathlib import Path

from sandbox.runtime.folders import remove


def test_a_tree_of_files_links_and_folders_is_removed_and_nothing_beside_it(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("x")
    top = tmp_path / "top"
    (top / "a/b/c").mkdir(parents=True)
    (top / "a/b/file").write_text("x")
    (top / "a/.0.removed").mkdir()
    (top / ".0.removed").mkdir()
    (top / "a/out").symlink_to(outside)
    (top / "broken").symlink_to("nowhere")
    remove(top)
    assert not top.exists()
    assert (outside / "kept").read_text() == "x"


def test_a_tree_deeper_than_the_longest_path_is_removed(tmp_path):
    top = tmp_path / "top"
    top.mkdir()
    before = Path.cwd()
    try:
        os.chdir(top)
        for _ in range(3_000):
            Path("d").mkdir()
            os.chdir("d")
    finally:
        os.chdir(before)
    remove(top)
    assert not top.exists()


def test_a_folder_that_is_not_there_is_no_error(tmp_path):
    remove(tmp_path / "missing")
