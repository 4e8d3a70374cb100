"""Which files belong to which function: one folder side by side, several in folders of their own."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from tests.tutor.practice.bench import do, small_lab
from tutor.actions.lab_view import lab_view
from tutor.course.checks import ApiCall
from tutor.course.model import Variant, WorldSpec
from tutor.practice.files import Desk, FileProblem, names, zipped
from tutor.practice.layout import package_of

ROLE = {"RoleName": "r", "AssumeRolePolicyDocument": {"trust": "lambda"}}


def function(name: str, code: str) -> ApiCall:
    params = {
        "FunctionName": name,
        "Runtime": "python3.13",
        "Handler": "app.handler",
        "Role": "{arn:role/r}",
        "Code": {"folder": code},
    }
    return ApiCall("lambda", "create_function", params)


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    for name in ("front", "back"):
        folder = tmp_path / "lesson" / "code" / name
        (folder / "lib").mkdir(parents=True)
        (folder / "app.py").write_text(f"def handler(event, context):\n    return {name!r}\n")
        (folder / "lib" / "helper.py").write_text("x = 1\n")
    return tmp_path / "lesson"


def two_folders(*functions: tuple[str, str]) -> object:
    steps = (ApiCall("iam", "create_role", ROLE), *(function(*one) for one in functions))
    folders = tuple(dict.fromkeys(code for _name, code in functions))
    return small_lab(
        world=WorldSpec(steps), code_folders=folders, variants={"names": Variant(choices=("shop",))}
    )


def test_functions_with_code_of_their_own_have_folders_of_their_own(make_run, lesson):
    run = make_run(two_folders(("{names}", "code/front"), ("store", "code/back")), folder=lesson)
    assert names(run.code) == ["shop/app.py", "shop/lib/helper.py", "store/app.py", "store/lib/helper.py"]
    do(run, "edit store/app.py <<END\ndef handler(event, context):\n    return 7\nEND", "deploy store")
    inside = zipfile.ZipFile(io.BytesIO(run.package("store")))
    assert inside.namelist() == ["app.py", "lib/helper.py"]
    assert b"return 7" in inside.read("app.py")
    assert b"'front'" in zipfile.ZipFile(io.BytesIO(run.package("shop"))).read("app.py")
    do(run, "aws lambda invoke --function-name store out.json")
    assert run.run("show files out.json").out == "7"
    assert run.run("deploy").err.startswith("deploy FUNCTION")
    do(run, "edit shop/lib/helper.py <<END\nx = 2\nEND")
    shown = {file.name: (file.deployed, file.original) for file in lab_view(run, (), "").files}
    assert shown == {
        "shop/app.py": (True, True),
        "shop/lib/helper.py": (False, False),
        "store/app.py": (True, False),
        "store/lib/helper.py": (True, True),
        "out.json": (False, False),
    }
    assert sorted(run.originals()) == names(run.code)


def test_functions_that_share_a_folder_have_their_files_side_by_side(make_run, lesson):
    run = make_run(two_folders(("shop", "code/front"), ("store", "code/front")), folder=lesson)
    assert names(run.code) == ["app.py", "lib/helper.py"]
    do(run, "deploy shop", "deploy store")
    assert run.package("shop") == run.package("store")


def test_a_folder_with_the_name_of_a_function_is_its_package_and_nobody_elses():
    files = ["app.py", "lib/x.py", "two/app.py"]
    assert package_of("two", files, ["one", "two"]) == {"app.py": "two/app.py"}
    assert package_of("one", files, ["one", "two"]) == {"app.py": "app.py", "lib/x.py": "lib/x.py"}
    assert package_of("one", files, ["one"]) == {name: name for name in files}


def test_a_package_is_the_same_for_the_same_files(lesson):
    first = zipped(lesson / "code" / "front")
    assert first == zipped(lesson / "code" / "front")


def test_files_are_renamed_and_deleted_with_the_folders_that_are_empty_then(tmp_path):
    folder = Desk(tmp_path, tmp_path / "code")
    folder.write("a/b/c.py", b"x")
    folder.rename("a/b/c.py", "d.py")
    assert names(tmp_path) == ["code/d.py"]
    assert not (tmp_path / "code" / "a").exists()
    folder.write("e.py", b"y")
    with pytest.raises(FileProblem, match=r"there is a file e\.py already"):
        folder.rename("d.py", "e.py")
    folder.delete("d.py")
    with pytest.raises(FileProblem, match="No such file"):
        folder.delete("d.py")
    with pytest.raises(FileProblem, match="outside"):
        folder.delete("../x")
    for to in ("../x.py", "/x"):
        with pytest.raises(FileProblem, match="outside"):
            folder.rename("e.py", to)
    assert names(tmp_path) == ["code/e.py"]


def test_a_name_means_one_file_for_everybody_who_says_it(tmp_path):
    desk = Desk(tmp_path, tmp_path / "code")
    for name in ("app.py", "policy.json", "lib/more.py", "code/menu.json"):
        desk.write(name, b"1")
    assert names(tmp_path) == ["code/app.py", "code/lib/more.py", "code/menu.json", "policy.json"]
    assert desk.names() == ["app.py", "lib/more.py", "menu.json", "policy.json"]
    # What is there is written where it is, whoever writes it.
    desk.write("menu.json", b"2")
    desk.write("./policy.json", b"2")
    assert desk.read("code/menu.json") == desk.read("menu.json") == b"2"
    assert names(tmp_path) == ["code/app.py", "code/lib/more.py", "code/menu.json", "policy.json"]
    desk.write("code/policy.json", b"3")
    assert desk.names() == ["app.py", "lib/more.py", "menu.json", "code/policy.json", "policy.json"]
    assert (desk.read("policy.json"), desk.read("code/policy.json")) == (b"2", b"3")
    desk.rename("menu.json", "card.json")
    assert desk.place("card.json") == "code/card.json"
    desk.delete("card.json")
    assert not desk.has("card.json")
    assert not desk.has("x" * 5000)
