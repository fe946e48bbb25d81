"""An institution's application, who stands behind it, its documents, the correspondence, and what officers found."""

from typing import Final

from django.contrib.auth.models import User
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from netfields import CidrAddressField

from accounts.lei import validate_lei

COUNTRY: Final = RegexValidator(r"^[A-Z]{2}\Z", "Two letters of ISO 3166.")


class Application(models.Model):
    """`granted_…` is what the reviewer recommends and the approver grants, limits as the engine counts them."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        SUBMITTED = "submitted", "Submitted"
        IN_REVIEW = "in_review", "In review"
        INFORMATION_REQUESTED = "information_requested", "Information requested"
        RECOMMENDED = "recommended", "Recommended"
        OPENING = "opening", "Being opened"
        APPROVED = "approved", "Approved"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Withdrawn"

    reference = models.CharField(max_length=16, unique=True, editable=False)
    status = models.CharField(max_length=24, choices=Status, default=Status.DRAFT, editable=False)
    link_hash = models.CharField(max_length=64, unique=True, editable=False)

    legal_name = models.CharField(max_length=200)
    lei = models.CharField("LEI", max_length=20, validators=[validate_lei])
    country = models.CharField(max_length=2, validators=[COUNTRY])
    registered_address = models.TextField(max_length=500)
    requested_markets = ArrayField(models.CharField(max_length=32))
    requested_tier = models.ForeignKey("accounts.Tier", models.PROTECT, related_name="+")
    requested_networks = ArrayField(CidrAddressField())

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    # What was found before is no longer about what stands here.
    facts_changed_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    granted_code = models.CharField("firm code", max_length=16, blank=True, editable=False)
    granted_account = models.CharField("trading account", max_length=32, blank=True, editable=False)
    granted_tier = models.ForeignKey("accounts.Tier", models.PROTECT, related_name="+", null=True, editable=False)
    granted_colocation = models.ForeignKey(
        "accounts.ColocationProfile", models.PROTECT, related_name="+", null=True, editable=False
    )
    granted_open_orders = models.BigIntegerField(default=0, editable=False)
    granted_exposure = models.BigIntegerField(default=0, editable=False)
    recommended_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    approved_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    decision_reason = models.CharField(max_length=500, blank=True, editable=False)
    firm = models.OneToOneField("accounts.Firm", models.PROTECT, related_name="application", null=True, editable=False)
    sandbox_firm = models.OneToOneField("accounts.Firm", models.PROTECT, related_name="+", null=True, editable=False)

    class Meta:
        ordering = ["-id"]
        permissions = [
            ("review_application", "Can review applications"),
            ("approve_application", "Can approve and refuse applications"),
            ("download_document", "Can download applicants' documents"),
        ]
        constraints = [
            # Reviews are rows of their own; a trigger of the migration compares the approver with them.
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(recommended_by=None) | ~Q(approved_by=F("recommended_by")),
                name="application_four_eyes",
                violation_error_message="Who recommended an application cannot approve it.",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["opening", "approved"])
                | Q(approved_by__isnull=False, recommended_by__isnull=False, firm__isnull=False),
                name="application_approved_by_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.legal_name}"


S = Application.Status
APPLICATION_TRANSITIONS: Final[dict[S, frozenset[S]]] = {
    S.DRAFT: frozenset({S.SUBMITTED, S.WITHDRAWN}),
    S.SUBMITTED: frozenset({S.IN_REVIEW, S.WITHDRAWN}),
    S.IN_REVIEW: frozenset({S.INFORMATION_REQUESTED, S.RECOMMENDED, S.REFUSED, S.WITHDRAWN}),
    S.INFORMATION_REQUESTED: frozenset({S.IN_REVIEW, S.REFUSED, S.WITHDRAWN}),
    S.RECOMMENDED: frozenset({S.IN_REVIEW, S.OPENING, S.REFUSED, S.WITHDRAWN}),
    # The firm exists and the market has not yet confirmed its limits.
    S.OPENING: frozenset({S.APPROVED}),
    S.APPROVED: frozenset(),
    S.REFUSED: frozenset(),
    S.WITHDRAWN: frozenset(),
}
ENDED: Final = frozenset(status for status, following in APPLICATION_TRANSITIONS.items() if not following)


class Contact(models.Model):
    application = models.ForeignKey(Application, models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=100)
    email = models.EmailField("e-mail")
    phone = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class BeneficialOwner(models.Model):
    """A natural person who owns or controls a part of the institution."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="owners")
    name = models.CharField(max_length=200)
    date_of_birth = models.DateField()
    country = models.CharField("country of residence", max_length=2, validators=[COUNTRY])
    share = models.DecimalField(
        "share in percent", max_digits=5, decimal_places=2, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Document(models.Model):
    """A file of the applicant's; its content lies in the documents' folder under a random name."""

    class Kind(models.TextChoices):
        INCORPORATION = "incorporation", "Certificate of incorporation"
        OWNERSHIP = "ownership", "Register of shareholders or owners"
        IDENTITY = "identity", "Identity of owners or signatories"
        ACCOUNTS = "accounts", "Financial statements"
        AGREEMENT = "agreement", "Signed agreement"
        OTHER = "other", "Other"

    application = models.ForeignKey(Application, models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=16, choices=Kind)
    name = models.CharField(max_length=120, help_text="As the applicant called it.")
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField("SHA-256", max_length=64)
    stored_as = models.CharField(max_length=64, unique=True)
    uploaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Message(models.Model):
    """The correspondence: questions of officers, answers of the applicant."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="messages")
    author = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, help_text="Empty: the applicant.")
    text = models.TextField(max_length=4_000)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.author or 'applicant'}: {self.text[:60]}"


class ChecklistItem(models.TextChoices):
    COMPANY = "company", "Company and LEI"
    OWNERS = "owners", "Beneficial owners"
    SANCTIONS = "sanctions", "Sanctions screening"
    AGREEMENTS = "agreements", "Agreements signed"
    CONFORMANCE = "conformance", "Technical conformance"


class Review(models.Model):
    """What an officer did in reviewing. Rows are only ever added; the latest check of an item is what holds."""

    class Act(models.TextChoices):
        CHECK = "check", "Checked"
        ASK = "ask", "Asked back"
        RECOMMEND = "recommend", "Recommended"

    application = models.ForeignKey(Application, models.PROTECT, related_name="reviews")
    act = models.CharField(max_length=16, choices=Act)
    item = models.CharField(max_length=16, choices=ChecklistItem, blank=True)
    passed = models.BooleanField(null=True)
    note = models.CharField(max_length=500)
    evidence = models.ForeignKey(Document, models.PROTECT, related_name="+", null=True)
    report = models.ForeignKey("ConformanceReport", models.PROTECT, related_name="+", null=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(act="check", passed__isnull=False) & ~Q(item="") | ~Q(act="check") & Q(item=""),
                name="review_check_has_item_and_result",
            ),
            models.CheckConstraint(
                condition=~Q(item="conformance", passed=True) | Q(report__isnull=False),
                name="review_conformance_has_report",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()} by {self.by}"


class ConformanceReport(models.Model):
    """A run of the API's scenarios with the applicant's key; `content` is signed as it is, byte by byte."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="conformance_reports")
    ran_at = models.DateTimeField()
    url = models.CharField("URL", max_length=200)
    key_id = models.CharField(max_length=64)
    passed = models.BooleanField()
    content = models.TextField()
    public_key = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{'passed' if self.passed else 'failed'} {self.ran_at:%Y-%m-%d %H:%M}"
