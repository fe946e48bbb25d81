"""Documents: judged by their content, bounded, kept for the owner only, handed to officers alone and on record."""

import stat
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.onboarding import applying, documents
from accounts.onboarding.states import StepRefused
from accounts.onboarding.tests.cast import JPEG, PDF, PNG, add_document, asked, begun
from staff.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "raw", "kind"),
    [("a.pdf", PDF, "application/pdf"), ("b.PNG", PNG, "image/png"), ("c.jpeg", JPEG, "image/jpeg")],
)
def test_what_is_taken(name: str, raw: bytes, kind: str) -> None:
    document = add_document(begun(), name, raw)
    assert (document.content_type, document.size) == (kind, len(raw))


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("a.pdf", b"MZ\x90\x00"),
        ("a.pdf", PNG),
        ("a.html", PDF),
        ("a.pdf", PDF[:20]),
        ("a.png", PNG[:-8]),
        ("a.pdf", b"<html>%PDF-1.7 %%EOF</html>"),
        ("a.pdf", b""),
    ],
)
def test_what_is_refused(name: str, raw: bytes, settings: Any) -> None:
    application = begun()
    with pytest.raises(ValidationError):
        add_document(application, name, raw)
    assert not application.documents.exists()
    assert not list(documents.folder().iterdir())


def test_a_file_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MOST_BYTES", len(PDF) - 1)
    with pytest.raises(ValidationError, match="At most"):
        add_document(begun())


@pytest.mark.parametrize(("bound", "value"), [("MOST_DOCUMENTS", 2), ("MOST_BYTES_TOGETHER", 2 * len(PDF))])
def test_no_more_than_fit_and_nothing_is_left_of_one_that_did_not(
    bound: str, value: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, bound, value)
    application = begun()
    add_document(application)
    add_document(application)
    with pytest.raises(StepRefused, match="No more documents fit"):
        add_document(application)
    assert len(list(documents.folder().iterdir())) == 2


def test_nothing_is_added_after_the_end() -> None:
    application = begun()
    applying.withdraw(application, asked())
    with pytest.raises(StepRefused):
        add_document(application)


def test_where_and_how_it_is_kept(settings: Any) -> None:
    document = add_document(begun(), "../../etc/passwd.pdf")
    path = documents.folder() / document.stored_as
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(documents.folder().stat().st_mode) == 0o700
    assert Path(settings.STATIC_ROOT) not in path.parents
    assert document.name == "passwd.pdf"
    assert document.name not in document.stored_as
    assert len(document.stored_as) == 48


def test_a_download_is_for_officers_and_on_record() -> None:
    document = add_document(begun())
    assert documents.read(document, asked("rita")) == PDF
    entry = AuditEntry.objects.get(action="download_document")
    assert (entry.actor_name, entry.subject_id) == ("rita", str(document.pk))
    for username in ("", "rolf", "ada"):
        with pytest.raises(PermissionDenied):
            documents.read(document, asked(username))
    assert AuditEntry.objects.filter(action="download_document").count() == 1


def test_a_changed_file_is_not_handed_out() -> None:
    document = add_document(begun())
    (documents.folder() / document.stored_as).write_bytes(PDF + b"%%EOF")
    with pytest.raises(StepRefused, match="not what was uploaded"):
        documents.read(document, asked("rita"))


def test_an_upload_without_a_name() -> None:
    with pytest.raises(ValidationError):
        documents.format_of(PDF, SimpleUploadedFile("x", PDF).name or "")
