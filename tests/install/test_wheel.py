"""The package built and installed as on a laptop: with a compiler, without one, with a broken one."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LEAVES = ROOT / "fixtures" / "practice" / "leaves-practice"
RUN = ROOT / "fixtures" / "practice" / "leaves-practice.runs" / "frozen_224.csv.gz"
LAPTOP_SIDE = ("pyproject.toml", "setup.py", "README.md", "LICENSE", "scoring", "clefboard")
needs_compiler = pytest.mark.skipif(not shutil.which("cc"), reason="there is no C compiler here")


@dataclass(frozen=True)
class Laptop:
    """A wheel of the package, and a virtual environment with nothing else in it."""

    wheel: Path
    environment: Path

    def clefboard(self, *words: str | Path) -> str:
        """Return what the installed command prints; it never reads the project's own folder."""
        return subprocess.run(
            [self.environment / "bin" / "clefboard", *words],
            cwd=self.environment,
            env={"PATH": os.defpath},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def says(self) -> str:
        """Return what `--version` says of how runs are read."""
        return self.clefboard("--version").splitlines()[1]

    def judges(self) -> str:
        """Return the judgement on a run file, as JSON."""
        truth = LEAVES / "ground_truth.csv"
        return self.clefboard("score", RUN, "--truth", truth, "--json")


def pip(*words: str | Path, **environment: str) -> None:
    """Run pip without the index: setuptools is here, and the package is wanted alone."""
    subprocess.run(
        [sys.executable, "-m", "pip", *words[:-1], "--quiet", "--no-index", "--no-deps", words[-1]],
        env=os.environ | environment,
        check=True,
    )


def copied_to(folder: Path) -> Path:
    """Copy the project as it is checked out: a build leaves things beside its source."""
    built = shutil.ignore_patterns("__pycache__", "*.so", "*.pyd")
    folder.mkdir()
    for name in LAPTOP_SIDE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=built)
        else:
            shutil.copy(ROOT / name, folder / name)
    return folder


def installed(folder: Path, **environment: str) -> Laptop:
    """Build the wheel and install it."""
    project = copied_to(folder / "project")
    pip("wheel", "--no-build-isolation", "-w", folder / "wheels", project, **environment)
    (wheel,) = (folder / "wheels").iterdir()
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    pip("--python", folder / "venv", "install", "--no-compile", wheel)
    return Laptop(wheel, folder / "venv")


@pytest.fixture(scope="module")
def with_compiler(tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    return installed(tmp_path_factory.mktemp("with"))


@pytest.fixture(scope="module")
def without_compiler(tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    return installed(tmp_path_factory.mktemp("without"), CC="/bin/false")


@needs_compiler
def test_one_wheel_with_the_kernel_serves_all_pythons(with_compiler: Laptop):
    inside = zipfile.ZipFile(with_compiler.wheel).namelist()

    assert "-cp311-abi3-" in with_compiler.wheel.name
    assert "scoring/_kernel.abi3.so" in inside
    assert not [name for name in inside if name.endswith((".c", ".h"))]
    assert with_compiler.says() == "reads runs with the compiled kernel"


def test_without_a_compiler_the_install_goes_on_and_the_command_says_so(without_compiler: Laptop):
    assert without_compiler.says() == (
        "reads runs in plain Python, about 10 times slower: the kernel was not compiled;"
        " with a C compiler at hand (on Debian and Ubuntu: apt-get install gcc python3-dev)"
        " install clefboard again"
    )


@needs_compiler
def test_both_installations_give_one_judgement(with_compiler: Laptop, without_compiler: Laptop):
    assert with_compiler.judges() == without_compiler.judges()


def test_what_a_broken_compiler_made_is_left_out(tmp_path: Path):
    compiler = tmp_path / "content-with-everything"
    compiler.write_text('#!/bin/sh\nwhile [ "$1" != -o ]; do shift; done\necho rubbish > "$2"\n')
    compiler.chmod(0o755)

    said = installed(tmp_path, CC=str(compiler)).says()

    assert said.startswith("reads runs in plain Python, about 10 times slower: ")
    assert "the kernel cannot be loaded (" in said


def test_the_source_distribution_can_be_built_from(tmp_path: Path):
    project = copied_to(tmp_path / "project")
    code = "from setuptools.build_meta import build_sdist as build; print(build('.'))"
    built = subprocess.run(
        [sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=True
    )

    with tarfile.open(project / built.stdout.splitlines()[-1]) as archive:
        names = {name.split("/", 1)[-1] for name in archive.getnames()}
    assert {"setup.py", "pyproject.toml", "scoring/_kernel.c", "scoring/kernel.py"} <= names
    assert {str(path.relative_to(ROOT)) for path in ROOT.glob("scoring/c/*.h")} <= names
