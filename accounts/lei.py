"""The Legal Entity Identifier and its check digits."""

from django.core.exceptions import ValidationError


def validate_lei(value: str) -> None:
    """ISO 17442: 18 letters and digits and two check digits (ISO 7064 MOD 97-10)."""
    if len(value) != 20 or not (value.isascii() and value.isalnum() and value == value.upper()):
        raise ValidationError("An LEI has 20 upper-case letters and digits.")
    if int("".join(str(int(character, 36)) for character in value)) % 97 != 1:
        raise ValidationError("The LEI's check digits do not match.")
