"""Pages of rows that staff edit, with what they were and what they became in the record."""

from typing import Any, ClassVar

from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from staff import audit


class RecordedAdmin(ModelAdmin):
    """`kin` names the rows that belong to one and are edited with it."""

    kin: ClassVar[tuple[str, ...]] = ()
    list_filter_submit = True

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        before = self.picture(self.model.objects.get(pk=obj.pk)) if change else {}
        request.before = before  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        subject = self.model.objects.get(pk=form.instance.pk)
        action = f"{'change' if change else 'add'}_{self.opts.model_name}"
        before, after = request.before, self.picture(subject)  # type: ignore[attr-defined]
        audit.record(request, action, subject, before=before, after=after)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        audit.record(request, f"delete_{self.opts.model_name}", obj, before=self.picture(obj))
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for one in queryset:
            self.delete_model(request, one)

    def picture(self, subject: Any) -> dict[str, Any]:
        kin = {name: [fields_of(one) for one in getattr(subject, name).all()] for name in self.kin}
        return fields_of(subject) | kin


def fields_of(row: Model) -> dict[str, Any]:
    """In words that JSON has."""
    found = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.name)
        found[field.name] = value if isinstance(value, int | bool | list) or value is None else str(value)
    return found
