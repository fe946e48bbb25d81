"""Compiling the engine to machine code: the same sources, by mypyc and the machine's C compiler."""

import os
import shutil
import sysconfig
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from venue import native
from venue.launch import data
from venue.launch.refusal import CannotStart


def compile_engine() -> None:
    """Compile what stands here, unless that was done; CannotStart says what is missing."""
    target = native.folder()
    if target.is_dir():
        return
    _check()
    print("Compiling the engine (about a minute) ...")
    native.COMPILED.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="building-", dir=native.COMPILED) as building:
        _forget_others()
        _build(Path(building))
        if not target.is_dir():  # by somebody else meanwhile
            (Path(building) / "made").rename(target)


def compile_engine_if_possible() -> None:
    try:
        compile_engine()
    except CannotStart as missing:
        print(f"{missing} Python runs the engine.")


def _check() -> None:
    compiler = (sysconfig.get_config_var("CC") or "cc").split()[0]
    if shutil.which(compiler) is None:
        raise CannotStart(f"There is no C compiler ({compiler}) to compile the engine with.")
    headers = Path(sysconfig.get_paths()["include"], "Python.h")
    if not headers.exists():
        raise CannotStart(f"The C headers of this Python ({headers}) are needed to compile the engine.")


def _build(building: Path) -> None:
    """Leaves the modules in `building`/made."""
    from mypyc.build import mypycify  # noqa: PLC0415 - a tool of development
    from setuptools import Distribution  # noqa: PLC0415

    os.chdir(data.PROJECT)
    sources = [str(source.relative_to(data.PROJECT)) for source in native.modules()]
    options = ["--config-file=", f"--cache-dir={building / 'types'}", "--ignore-missing-imports"]
    extensions = mypycify(
        [*options, *sources], group_name=native.SHARED, debug_level="0", target_dir=str(building / "written")
    )
    command: Any = Distribution({"name": "venue", "ext_modules": extensions}).get_command_obj("build_ext")
    command.build_lib, command.build_temp = str(building / "made"), str(building / "objects")
    command.ensure_finalized()
    command.run()


def _forget_others() -> None:
    """What was compiled from earlier sources. Where it still runs it stays in memory."""
    for path in native.COMPILED.iterdir():
        if not path.name.startswith("building-"):
            shutil.rmtree(path, ignore_errors=True)
