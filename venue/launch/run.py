"""`make run`: from an empty folder to a venue that answers, and back, with everything kept."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from honcho.environ import parse_procfile

from venue.launch import data, environment, unprivileged
from venue.launch.doors import Doors
from venue.launch.preparation import STAFF_NAME
from venue.launch.refusal import CannotStart
from venue.launch.servers import hold, say, servers_up
from venue.launch.supervisor import COLOURS, Child, Supervisor

# What a client meets, which starts first; the clock's beat, its worker and the demo follow.
ANSWERING = frozenset({"matcher", "rest", "stream"})


def children_environment(folder: Path) -> dict[str, str]:
    programs = str(Path(sys.executable).parent)
    return os.environ | {
        "PATH": os.pathsep.join((programs, os.environ.get("PATH", os.defpath))),
        "PWD": str(data.PROJECT),
        "PYTHONUNBUFFERED": "1",
        "VENUE_DATA": str(folder),
    }


def prepare(folder: Path) -> None:
    say("Database: migrations, sandbox, staff, keys ...")
    command = [sys.executable, "-m", "venue.launch.preparation"]
    done = subprocess.run(command, cwd=data.PROJECT, env=children_environment(folder), check=False)
    if done.returncode:
        raise CannotStart("The database could not be prepared; the reason is above.")


def procfile() -> dict[str, str]:
    """The commands by process name."""
    found = dict(parse_procfile((data.PROJECT / "Procfile").read_text()).processes)
    if not environment.boolean("DEMO", True):
        del found["demo"]
    return found


def processes(commands: dict[str, str], folder: Path) -> list[Child]:
    surroundings = children_environment(folder)
    return [
        Child(name, command, surroundings, colour)
        for (name, command), colour in zip(commands.items(), COLOURS, strict=False)
    ]


def announcement(folder: Path, doors: Doors) -> str:
    key = data.read(folder / "maker-key.json")["key"]
    base = f"http://{doors.here}:{doors.rest}"
    return f"""
The venue is open.
  REST     {base}/api/
  Streams  ws://{doors.here}:{doors.stream}/
  Admin    {base}/admin/   {STAFF_NAME} / {data.secrets_of(folder)["staff_password"]}  (as first set)
           The first sign-in sets up an authenticator app; with DEBUG=1 none is asked for.
  Maker    X-API-Key {key["apiKey"]}
           secret    {key["apiSecret"]}
  Data     {folder}
Ctrl-C stops it; the data is kept.
"""


def run() -> None:
    doors = Doors()
    found = procfile()
    with servers_up(doors) as (folder, embedded):
        prepare(folder)
        say("Starting the processes ...")
        children = processes(found, folder)
        answering = [child for child in children if child.name in ANSWERING]
        supervisor = Supervisor(embedded, answering, [child for child in children if child not in answering])
        supervisor.run(doors.rest_answers, lambda: say(announcement(folder, doors)))


def setup() -> None:
    """Everything but the processes."""
    with servers_up(Doors()) as (folder, _):
        prepare(folder)
    say(f"Ready: {folder}")


def reset() -> None:
    """Forgets the data folder and all that is in it."""
    folder = data.folder()
    if not folder.exists():
        return
    with hold(folder):
        unprivileged.remove(folder / "postgres")
        shutil.rmtree(folder)
    say(f"Removed {folder}")
