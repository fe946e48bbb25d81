"""Applicants' files: judged by their content, kept outside the web root under random names, never served but by logged
download in the admin."""

import hashlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from accounts.onboarding.models import Application, Document
from accounts.onboarding.officers import officer
from accounts.onboarding.states import OPEN, Status, StepRefused, locked
from staff import audit

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_DOCUMENTS: Final = 30
MOST_BYTES_TOGETHER: Final = 100 * 1024 * 1024
# A file and the form around it.
MOST_REQUEST_BYTES: Final = MOST_BYTES + 64 * 1024
ADDABLE: Final = OPEN - {Status.OPENING}


class Format(NamedTuple):
    """How a content type looks from its first bytes to its last, and what its files are called."""

    content_type: str
    endings: tuple[str, ...]
    matches: Callable[[bytes], bool]


FORMATS: Final = (
    Format("application/pdf", (".pdf",), lambda raw: raw.startswith(b"%PDF-") and b"%%EOF" in raw[-2048:]),
    Format(
        "image/png",
        (".png",),
        lambda raw: raw.startswith(b"\x89PNG\r\n\x1a\n") and raw[12:16] == b"IHDR" and b"IEND" in raw[-16:],
    ),
    Format(
        "image/jpeg",
        (".jpg", ".jpeg"),
        lambda raw: raw.startswith(b"\xff\xd8\xff") and raw.rstrip(b"\x00").endswith(b"\xff\xd9"),
    ),
)


def folder() -> Path:
    """Beside the data folder's other secrets; owner only."""
    path = Path(settings.DOCUMENTS_FOLDER)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def format_of(raw: bytes, name: str) -> Format:
    """What the content is; ValidationError where it is nothing that is taken, or not what its name says."""
    found = next((one for one in FORMATS if one.matches(raw)), None)
    if found is None:
        raise ValidationError("Only whole PDF, PNG and JPEG files are taken.")
    if not name.lower().endswith(found.endings):
        raise ValidationError(f"The content is {found.content_type}, but the name does not end in {found.endings[0]}.")
    return found


def checked(upload: UploadedFile) -> tuple[bytes, Format]:
    if upload.size is None or upload.size > MOST_BYTES:
        raise ValidationError(f"At most {MOST_BYTES // 1024 // 1024} MB a file.")
    raw = upload.read()
    return raw, format_of(raw, upload.name or "")


def add(application: Application, kind: str, upload: UploadedFile, request: HttpRequest) -> Document:
    """Keeps a file of the applicant's; ValidationError says what is wrong with it."""
    raw, found = checked(upload)
    # The file is there before its row: a row without a file would be a document that nobody can read.
    stored_as = write(raw)
    try:
        with locked(application, *ADDABLE) as row:
            demand_room(row, len(raw))
            document = Document.objects.create(
                application=row,
                kind=kind,
                name=shown_name(upload.name or "", found),
                content_type=found.content_type,
                size=len(raw),
                sha256=hashlib.sha256(raw).hexdigest(),
                stored_as=stored_as,
            )
            audit.record(request, "add_document", row, after={"document": document.pk, "sha256": document.sha256})
    except BaseException:
        (folder() / stored_as).unlink()
        raise
    return document


def demand_room(row: Application, size: int) -> None:
    sizes = list(row.documents.values_list("size", flat=True))
    if len(sizes) >= MOST_DOCUMENTS or sum(sizes) + size > MOST_BYTES_TOGETHER:
        raise StepRefused("No more documents fit. Write to us if others are needed.")


def shown_name(name: str, found: Format) -> str:
    """Of what it was called: one line without a path, and its ending."""
    stem, _, ending = "".join(letter for letter in Path(name).name if letter.isprintable()).rpartition(".")
    return f"{stem[:100] or 'document'}.{ending.lower() or found.endings[0]}"


def write(raw: bytes) -> str:
    """Durably, for the owner only, under a name that says nothing."""
    stored_as = secrets.token_hex(24)
    descriptor = os.open(folder() / stored_as, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    return stored_as


def read(document: Document, request: HttpRequest) -> bytes:
    """For an officer, who is put on record before the first byte is handed over."""
    officer(request, "download_document")
    try:
        raw = (folder() / document.stored_as).read_bytes()
    except FileNotFoundError:
        raise StepRefused(f"{document.name} is not in the documents' folder. Restore it from the backup.") from None
    if hashlib.sha256(raw).hexdigest() != document.sha256:
        raise StepRefused(f"{document.name} is not what was uploaded. Do not rely on it.")
    audit.record(request, "download_document", document, after={"application": document.application.reference})
    return raw
