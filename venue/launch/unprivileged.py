"""PostgreSQL refuses to run as root: the user it gets then, and a place that this user can reach."""

import os
import pwd
import shutil
import stat
import tempfile
from pathlib import Path
from typing import NamedTuple

from venue.launch.refusal import CannotStart

# For a data folder under a closed one (a home directory): survives a reboot, unlike /tmp.
SYSTEM_PLACE = Path("/var/lib")


class User(NamedTuple):
    uid: int
    gid: int


def server_user() -> User | None:
    """None where we are not root and the server runs as ourselves."""
    if os.geteuid():
        return None
    nobody = pwd.getpwnam("nobody")
    return User(nobody.pw_uid, nobody.pw_gid)


def reachable(path: Path) -> bool:
    """Whether any user may go through every folder down to the path."""
    real = path.resolve()
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (real, *real.parents))


def give(path: Path, user: User | None) -> None:
    """Hands the folder and all in it to the user."""
    if user is None:
        return
    for name in (path, *path.rglob("*")):
        os.chown(name, *user, follow_symlinks=False)


def place(folder: Path, user: User | None) -> Path:
    """The folder to work in: the one asked for, or, where the user could not reach it, one it links to."""
    if folder.is_symlink() and not folder.exists():
        raise CannotStart(
            f"The database of this data folder was kept in {folder.readlink()}, which is gone. "
            "Put it back, or start anew with: make reset"
        )
    if not folder.exists():
        make(folder, user)
    return folder.resolve()


def make(folder: Path, user: User | None) -> None:
    if user is None or reachable(folder.parent):
        folder.mkdir(mode=0o711)
        return
    elsewhere = Path(tempfile.mkdtemp(prefix="venue-", dir=SYSTEM_PLACE))
    elsewhere.chmod(0o711)
    folder.symlink_to(elsewhere)


def remove(folder: Path) -> None:
    """The folder, and the place it links to."""
    if folder.is_symlink():
        shutil.rmtree(folder.readlink(), ignore_errors=True)
        folder.unlink()
    shutil.rmtree(folder, ignore_errors=True)
