"""The compiled engine: never a stale one, the same rules as in Python, and no loss where it cannot be had."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from venue import native
from venue.launch import compiling, data
from venue.launch.refusal import CannotStart

WHERE = "import venue.engine.book as book; print(book.__file__)"
ENGINE_TESTS = (
    "-m pytest -q -o addopts= -p no:django -p no:cacheprovider --confcutdir=venue/tests/engine venue/tests/engine"
)


def python(arguments: list[str], **environment: str) -> str:
    command = [sys.executable, *arguments]
    done = subprocess.run(
        command, cwd=data.PROJECT, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_what_was_compiled_is_what_runs() -> None:
    found = Path(python(["-c", WHERE], NATIVE="1").strip())
    compiled = native.folder().is_dir()
    assert found.is_relative_to(native.folder() if compiled else native.SOURCES)
    assert (found.suffix == ".so") is compiled


def test_python_runs_it_where_it_is_told_to() -> None:
    assert Path(python(["-c", WHERE], NATIVE="0").strip()) == native.SOURCES / "book.py"


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.skipif(not native.in_use(), reason="Python runs the engine in all other tests, too")
def test_in_python_it_passes_the_same_tests() -> None:
    assert " passed" in python(ENGINE_TESTS.split(), NATIVE="0")


def test_other_sources_are_another_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "SOURCES", tmp_path)
    (tmp_path / "book.py").write_text("a = 1\n")
    folders = {native.folder.__wrapped__()}
    for name, content in (("book.py", "a = 2\n"), ("ranks.py", "")):
        (tmp_path / name).write_text(content)
        folders.add(native.folder.__wrapped__())
    assert len(folders) == 3


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(native, "folder", lambda: Path("not there"))
    with pytest.raises(CannotStart, match="no C compiler"):
        compiling.compile_engine()
    compiling.compile_engine_if_possible()
    assert capsys.readouterr().out.endswith("Python runs the engine.\n")


@pytest.mark.parametrize("source", native.modules(), ids=lambda source: source.name)
def test_no_class_depends_on_words_that_a_compiler_drops(source: Path) -> None:
    """mypyc lets class keywords go, such as the `frozen` of a msgspec structure."""
    classes = [node for node in ast.walk(ast.parse(source.read_text())) if isinstance(node, ast.ClassDef)]
    assert not [one.name for one in classes if one.keywords]
