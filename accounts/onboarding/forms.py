"""The applicant's forms: plain HTML that works without JavaScript."""

from ipaddress import ip_network
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django_countries import countries

from accounts import standing
from accounts.models import Tier
from accounts.onboarding.models import Application, BeneficialOwner, Contact, Document

COUNTRIES: Final = [("", "Choose a country"), *countries]
MOST_ROWS: Final = 20
MOST_NETWORKS: Final = 32


class PlainForm(forms.ModelForm):
    """Says to assistive technology what is wrong and what a field is about."""

    template_name = "onboarding/fields.html"
    required_css_class = "required"


def country_field(label: str) -> forms.ChoiceField:
    return forms.ChoiceField(choices=COUNTRIES, label=label)


class ApplicationForm(PlainForm):
    country = country_field("Country of registration")
    requested_markets = forms.MultipleChoiceField(
        label="Markets", widget=forms.CheckboxSelectMultiple, help_text="In which you want to quote or trade."
    )
    requested_tier = forms.ModelChoiceField(
        Tier.objects.none(),
        label="Tier",
        empty_label="Choose a tier",
        help_text="It bounds requests, order operations and batch sizes. You can ask for another one later.",
    )
    requested_networks = forms.CharField(
        label="Networks",
        widget=forms.Textarea({"rows": 3, "spellcheck": "false", "autocomplete": "off"}),
        help_text="From which your systems connect, one a line, as 203.0.113.0/28 or 203.0.113.7. "
        "Your keys are taken from there only.",
    )

    class Meta:
        model = Application
        fields = (
            "legal_name",
            "lei",
            "country",
            "registered_address",
            "requested_markets",
            "requested_tier",
            "requested_networks",
        )
        widgets = {
            "legal_name": forms.TextInput({"autocomplete": "organization"}),
            "lei": forms.TextInput({"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
            "registered_address": forms.Textarea({"rows": 3, "autocomplete": "street-address"}),
        }
        help_texts = {
            "legal_name": "As in the register of companies.",
            "lei": "The Legal Entity Identifier: 20 letters and digits.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        symbols = standing.function_of("market_symbols")()
        self.fields["requested_markets"].choices = [(symbol, symbol) for symbol in symbols]  # type: ignore[attr-defined]
        # A tier without a rate is for benches.
        self.fields["requested_tier"].queryset = Tier.objects.exclude(requests_per_second=0)  # type: ignore[attr-defined]
        if self.instance.pk:
            self.initial["requested_networks"] = "\n".join(map(str, self.instance.requested_networks))

    def clean_legal_name(self) -> str:
        return " ".join(self.cleaned_data["legal_name"].split())

    def clean_requested_networks(self) -> list[str]:
        words = self.cleaned_data["requested_networks"].replace(",", " ").split()
        if len(words) > MOST_NETWORKS:
            raise ValidationError(f"At most {MOST_NETWORKS} networks.")
        return [str(network_of(word)) for word in words]


def network_of(word: str) -> Any:
    try:
        network = ip_network(word)
    except ValueError:
        raise ValidationError(f"{word} is no network: write it as 203.0.113.0/28 or 203.0.113.7.") from None
    if not network.prefixlen:
        raise ValidationError(f"{word} is the whole internet.")
    return network


class ContactForm(PlainForm):
    class Meta:
        model = Contact
        fields = ("name", "role", "email", "phone")
        widgets = {"phone": forms.TextInput({"type": "tel"})}
        labels = {"role": "Role, as compliance or trading"}


class OwnerForm(PlainForm):
    country = country_field("Country of residence")

    class Meta:
        model = BeneficialOwner
        fields = ("name", "date_of_birth", "country", "share")
        widgets = {"date_of_birth": forms.DateInput({"type": "date"}, format="%Y-%m-%d")}

    def clean_date_of_birth(self) -> Any:
        day = self.cleaned_data["date_of_birth"]
        if day > timezone.now().date():
            raise ValidationError("The date lies in the future.")
        return day


class Rows(forms.BaseInlineFormSet):
    """At least one; a row that was kept before can be taken out, one that is left empty is none."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = "Take this one out"


def rows_of(model: type[Contact | BeneficialOwner], form: type[PlainForm]) -> type[forms.BaseInlineFormSet]:
    return forms.inlineformset_factory(
        Application,
        model,
        form,
        Rows,
        extra=0,
        min_num=1,
        validate_min=True,
        max_num=MOST_ROWS,
        validate_max=True,
        can_delete_extra=False,
    )


ContactFormSet = rows_of(Contact, ContactForm)
OwnerFormSet = rows_of(BeneficialOwner, OwnerForm)


class DocumentForm(forms.Form):
    template_name = "onboarding/fields.html"

    kind = forms.ChoiceField(choices=Document.Kind.choices, label="What it is")
    file = forms.FileField(
        label="File",
        help_text="PDF, PNG or JPEG, at most 10 MB.",
        widget=forms.FileInput({"accept": "application/pdf,image/png,image/jpeg"}),
    )


class AnswerForm(forms.Form):
    template_name = "onboarding/fields.html"

    text = forms.CharField(label="Your answer", max_length=4_000, widget=forms.Textarea({"rows": 5}))
