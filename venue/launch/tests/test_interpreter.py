"""The Python of the environment: the one that was asked for, unless another is worth the surprise."""

import sys
from pathlib import Path

import pytest

from venue.launch import interpreter
from venue.launch.interpreter import Probed, candidates, chosen, measured


def written(folder: Path, name: str, says: str) -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{says}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(("seconds", "expected"), [([3.0, 2.9], 0), ([3.0, 2.75], 0), ([3.0, 2.7], 1), ([2.0, 3.0], 0)])
def test_the_first_one_unless_another_is_much_faster(seconds: list[float], expected: int) -> None:
    suitable = [Probed(str(number), "3.11.7", one) for number, one in enumerate(seconds)]
    assert chosen(suitable) is suitable[expected]


def test_what_cannot_make_an_environment_is_passed_over(tmp_path: Path) -> None:
    told = {
        "old": "echo /old 3.10.13 0.001",
        "broken": "exit 1",
        "silent": "true",
        "slow": "echo /slow 3.12.1 0.5",
        "quick": "echo /quick 3.11.2 0.25",
    }
    paths = [written(tmp_path, name, says) for name, says in told.items()]
    suitable = measured([*paths, str(tmp_path / "not there")])
    assert [one.executable for one in suitable] == ["/slow", "/quick"]


def test_this_one_is_suitable() -> None:
    (found,) = measured([sys.executable])
    assert found.version == ".".join(map(str, sys.version_info[:3]))
    assert found.seconds > 0


def test_one_that_has_two_names_is_looked_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpreter, "FOLDERS", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    first = written(tmp_path, "python3", "true")
    (tmp_path / "python3.12").symlink_to(first)
    second = written(tmp_path, "python3.11", "true")
    assert candidates() == [first, second]


def test_where_is_none_it_prints_none(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(interpreter, "candidates", list)
    assert interpreter.main() == 2
    assert capsys.readouterr().out == ""
