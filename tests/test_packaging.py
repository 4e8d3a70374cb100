"""What is shipped: the wheel, the sdist, and the program once it is installed."""

from __future__ import annotations

import ast
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tutor import __version__
from tutor.course import packaged

ROOT = Path(__file__).parents[1]
OURS = {"tutor", "sandbox"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
TEST_EXTRA = PROJECT["optional-dependencies"]["test"]
NAME = re.compile(r"[A-Za-z0-9._-]+")
CACHES = ("__pycache__", ".pytest_cache", ".hypothesis", ".mypy_cache", ".ruff_cache", ".import_linter_cache")


def canonical(requirement: str) -> str:
    """The name in a requirement, spelt as packages are compared."""
    found = NAME.match(requirement)
    assert found is not None
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def run(*command: str | Path, cwd: Path, given: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a command that must go well, without what would lead Python back to this checkout."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "LAMBDA_TUTOR"))}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=kept | environ,
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done


# -- what is declared ----------------------------------------------------------------------------------------


def imported() -> dict[str, str]:
    """Packages of others that our code imports, each with a file that does."""
    found: dict[str, str] = {}
    for path in sorted(path for name in OURS for path in (ROOT / name).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                names = [node.module]
            for name in (name.split(".")[0] for name in names):
                if name not in OURS | sys.stdlib_module_names:
                    found[name] = str(path.relative_to(ROOT))
    return found


def test_what_is_imported_is_what_is_declared() -> None:
    homes = importlib.metadata.packages_distributions()
    needed = {canonical(home) for name in imported() for home in homes[name]}
    assert needed == {canonical(requirement) for requirement in PROJECT["dependencies"]}


@pytest.mark.parametrize("requirement", PROJECT["dependencies"])
def test_the_house_says_why_there_is_a_dependency(requirement: str) -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").split("## What we build on")[1]
    assert re.search(rf"\b{canonical(requirement)}\b", page)


def constraints() -> dict[str, str]:
    """The tested version of each package."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if not line.startswith("#")]
    return {canonical(name): version for name, version in pairs}


def test_each_line_of_the_constraints_is_one_exact_version() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    wrong = [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9._]+", line)]
    assert len(wrong) == 1
    assert wrong[0].startswith("# ")


def test_the_constraints_name_all_that_is_installed_for_us() -> None:
    waiting = [*PROJECT["dependencies"], *TEST_EXTRA]
    seen: set[str] = set()
    while waiting:
        name = canonical(waiting.pop())
        if name in seen:
            continue
        seen.add(name)
        needs = importlib.metadata.requires(name) or []
        waiting += [need for need in needs if applies(need)]
    assert seen - constraints().keys() == set()


def applies(requirement: str) -> bool:
    """Whether a requirement counts here: of an extra, another system or another Python it does not."""
    from packaging.requirements import Requirement

    marker = Requirement(requirement).marker
    return marker is None or marker.evaluate({"extra": ""})


def test_the_tested_textual_is_the_only_one() -> None:
    assert "textual==8.2.8" in PROJECT["dependencies"]


def test_a_checkout_has_its_course_beside_it() -> None:
    assert packaged() == ROOT / "lessons"


# -- what is built -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The wheel, the sdist, and the wheel that comes of the sdist."""
    folder = tmp_path_factory.mktemp("built")
    build = [sys.executable, "-m", "hatchling", "build", "--directory"]
    run(*build, folder, cwd=ROOT)
    sdist = next(folder.glob("*.tar.gz"))
    with tarfile.open(sdist) as archive:
        # Python 3.11.0 to 3.11.3 know no filters; later versions want one.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(folder / "unpacked")
    run(*build, folder / "again", "--target", "wheel", cwd=next((folder / "unpacked").iterdir()))
    return {
        "wheel": next(folder.glob("*.whl")),
        "sdist": sdist,
        "wheel of the sdist": next((folder / "again").glob("*.whl")),
    }


def contents(wheel: Path) -> dict[str, int]:
    """The names in a wheel and their checksums, but for the record of them all."""
    with zipfile.ZipFile(wheel) as archive:
        return {info.filename: info.CRC for info in archive.infolist() if "/RECORD" not in info.filename}


def files(folder: str) -> set[str]:
    """All files below a folder of the checkout that somebody wrote."""
    found = (path for path in (ROOT / folder).rglob("*") if path.is_file())
    return {
        path.relative_to(ROOT).as_posix()
        for path in found
        if not any(part in CACHES for part in path.parts) and path.suffix not in {".pyc", ".pyo"}
    }


@pytest.mark.slow
def test_the_wheel_has_the_program_and_the_course_and_nothing_else(built: dict[str, Path]) -> None:
    names = set(contents(built["wheel"]))
    shipped = {name for name in names if ".dist-info/" not in name}
    course = {f"tutor/_bundled/{name}" for name in files("lessons") | files("quizzes")}
    assert shipped == files("tutor") | files("sandbox") | course
    assert {"sandbox/facts/facts.yaml", "sandbox/identity/managed.yaml"} <= names
    assert {"tutor/authoring/skeleton/lab.yaml", "tutor/authoring/skeleton/app.py.txt"} <= names
    assert "tutor/_bundled/lessons/course.yaml" in names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


@pytest.mark.slow
def test_the_sdist_makes_the_same_wheel(built: dict[str, Path]) -> None:
    assert contents(built["wheel of the sdist"]) == contents(built["wheel"])


@pytest.mark.slow
def test_the_sdist_can_be_tested(built: dict[str, Path]) -> None:
    with tarfile.open(built["sdist"]) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames()}
    assert files("tests") | {".ci/run", "constraints.txt", "README.md", "ARCHITECTURE.md"} <= names
    assert not [name for name in names if any(part in CACHES for part in name.split("/"))]


# -- what is installed ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def program(built: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The command of a fresh virtual environment with our wheel, and the libraries of this one behind it."""
    home = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(home, with_pip=True, symlinks=True)
    run(home / "bin/pip", "install", "--no-deps", "--no-index", built["wheel"], cwd=home)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(home), "platbase": str(home)}))
    (site / "libraries.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    yield home / "bin/lambda-tutor"
    shutil.rmtree(home)


@pytest.fixture
def elsewhere(tmp_path: Path) -> dict[str, str]:
    """Variables of a person without any traces of us."""
    return {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache"), "NO_COLOR": "1"}


@pytest.mark.slow
def test_the_installed_program_is_the_one_of_the_wheel(program: Path, tmp_path: Path) -> None:
    script = "import tutor.course, sandbox; print(tutor.course.packaged(), sandbox.__file__)"
    course, engine = run(program.with_name("python"), "-c", script, cwd=tmp_path).stdout.split()
    home = str(program.parents[1])
    assert course.startswith(home)
    assert course.endswith("tutor/_bundled/lessons")
    assert engine.startswith(home)


@pytest.mark.slow
def test_the_installed_program_tells_its_version(program: Path, tmp_path: Path) -> None:
    assert run(program, "--version", cwd=tmp_path).stdout == f"lambda-tutor {__version__}\n"


@pytest.mark.slow
def test_the_installed_doctor_finds_all_well(
    program: Path, tmp_path: Path, elsewhere: dict[str, str]
) -> None:
    said = run(program, "doctor", "--state", tmp_path / "state", cwd=tmp_path, **elsewhere).stdout
    assert "FAIL" not in said
    assert said.splitlines()[-1] == "Result: OK, Lambda Tutor can run here."


@pytest.mark.slow
def test_the_installed_course_runs_code_and_asks_questions(
    program: Path, tmp_path: Path, elsewhere: dict[str, str]
) -> None:
    lines = [
        "lab",
        "aws lambda invoke --function-name {names} --payload '{\"ok\": true}' out.json",
        "quiz",
        "answer A",
        "quit",
    ]
    given = "\n".join(lines) + "\n"
    command = (program, "--plain", "--state", tmp_path / "state")
    said = run(*command, cwd=tmp_path, given=given, **elsewhere).stdout
    assert "Handler, event, context" in said
    (reply,) = re.findall(r'\{[^{}]*"StatusCode": 200[^{}]*\}', said)
    assert "FunctionError" not in reply
    assert re.search(r"(?i)question 1 of \d", said)
