"""Pages on which staff tell the engines something: what is to happen, a few fields, one button.

Nothing here saves a row: a form sends a command and the matcher writes what came of it.
"""

import re
from decimal import Decimal
from typing import Any, ClassVar, Final

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminTextInputWidget

from accounts.firms import TransitionRefused
from accounts.refusals import Refusal
from staff import audit
from staff.lists import ExportAdmin
from venue.engine.terms import VALUE_EXPONENT
from venue.markets import OffGrid, TooLarge, to_units

# What staff are told when it did not happen, or not all of it.
FAILURES: Final = (Refusal, TransitionRefused)
_VALUE_STEP: Final = Decimal(1).scaleb(VALUE_EXPONENT)


class GridField(forms.DecimalField):
    """A decimal that is read as whole steps: ticks, lots or 10^-9 of a currency. 0 or nothing is no limit."""

    widget = UnfoldAdminDecimalFieldWidget

    def __init__(self, step: Decimal = _VALUE_STEP, **options: Any) -> None:
        super().__init__(**{"min_value": Decimal(0), **options})
        self.step = step

    def clean(self, value: Any) -> int:
        return whole_steps(super().clean(value) or Decimal(0), self.step)


class AmountField(forms.DecimalField):
    """An amount of the quote currency, read as whole 10^-9 of it, as large as a 64-bit count of those holds."""

    widget = UnfoldAdminDecimalFieldWidget

    def __init__(self, **options: Any) -> None:
        bounds = {"min_value": Decimal(0), "max_value": Decimal(9_000_000_000), "decimal_places": -VALUE_EXPONENT}
        super().__init__(**{**bounds, **options})

    def clean(self, value: Any) -> int:
        return int((super().clean(value) or Decimal(0)).scaleb(-VALUE_EXPONENT))


def whole_steps(number: Decimal, step: Decimal) -> int:
    try:
        return to_units(number, step)
    except TooLarge:
        raise ValidationError("The number is larger than the venue takes.") from None
    except OffGrid as off:
        nearest = " and ".join(f"{one:f}" for one in (off.below, off.above) if one)
        raise ValidationError(f"A multiple of {off.step:f} is needed; nearest: {nearest}.") from None


def reason_field(*, required: bool) -> forms.CharField:
    return forms.CharField(
        max_length=200,
        required=required,
        widget=UnfoldAdminTextInputWidget({"autocomplete": "off"}),
        help_text="Kept in the record.",
    )


def plain(value: Any) -> Any:
    """As JSON has it: a decimal is its text."""
    return f"{value:f}" if isinstance(value, Decimal) else value


class OperationForm(forms.Form):
    """One operation on one subject. `carry_out` does it and says what was done."""

    # As it stands in the audit trail; the class's name where none is given.
    action: ClassVar[str] = ""
    title: ClassVar[str]
    explanation: ClassVar[str] = ""
    button: ClassVar[str]
    dangerous: ClassVar[bool] = False
    # What it calls writes to the audit trail itself, with more to say.
    records_itself: ClassVar[bool] = False
    by: str = ""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.action = vars(cls).get("action") or re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def __init__(self, subject: Any, data: Any = None) -> None:
        self.subject = subject
        super().__init__(data, initial=self.present())
        self.adapt()

    def present(self) -> dict[str, Any]:
        """What holds now, to start from."""
        return {}

    def adapt(self) -> None:
        """To the subject: steps and units of its market."""

    def recorded(self) -> dict[str, Any]:
        """What the audit trail keeps of what holds, before and after."""
        return {name: plain(value) for name, value in self.present().items()}

    def recorded_now(self) -> dict[str, Any]:
        """After it was carried out, from the rows."""
        self.subject.refresh_from_db()
        return self.recorded()

    def carry_out(self) -> str:
        raise NotImplementedError


class OperationsAdmin(ExportAdmin):
    """Gives a model's page its operations; `operate` is the whole view of one."""

    def has_operate_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Where an operation has no permission of its own."""
        return bool(request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}"))

    def idle_operation(self, subject: Any) -> str:
        """The one that would change nothing now, and is not offered."""
        return ""

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        subject = self.get_object(request, unquote(str(object_id)))
        idle = self.idle_operation(subject) if subject else ""
        return [one for one in super().get_actions_detail(request, object_id) if one.path != idle]

    def operate(self, request: HttpRequest, object_id: str, form_class: type[OperationForm]) -> HttpResponse:
        subject = self.get_object(request, unquote(object_id))
        if subject is None:
            raise Http404
        form = form_class(subject, request.POST if request.method == "POST" else None)
        back = self.way_back(request, subject)
        if form.is_valid() and self.carried_out(request, form):
            return redirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{form.title} {subject}",
            "opts": self.opts,
            "original": subject,
            "form": form,
            "back": back,
        }
        return TemplateResponse(request, "venue/operation.html", context)

    def carried_out(self, request: HttpRequest, form: OperationForm) -> bool:
        form.by = request.user.get_username()
        before, reason = form.recorded(), str(form.cleaned_data.get("reason", ""))
        try:
            done = form.carry_out()
        except FAILURES as failure:
            form.add_error(None, str(failure))
            # It may have happened in part, or be done later: that it was tried is kept as well.
            tried = {"failure": str(failure), **form.recorded_now()}
            audit.record(request, f"try_{form.action}", form.subject, reason=reason, before=before, after=tried)
            return False
        if not form.records_itself:
            audit.record(request, form.action, form.subject, reason=reason, before=before, after=form.recorded_now())
        self.log_change(request, form.subject, done)
        self.message_user(request, done, messages.SUCCESS)
        return True

    def way_back(self, request: HttpRequest, subject: Model) -> str:
        """To the page that led here, if it is one of ours."""
        came_from = request.GET.get("next", "")
        ours = url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()})
        return came_from if ours else self.page_of(subject)

    def page_of(self, subject: Model) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(name, args=[quote(subject.pk)])
