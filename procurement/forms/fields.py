"""Fields that the forms of procurement share: money as people type it, a supplier by his tax number."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations.formats import arabic
from procurement.actions.suppliers import TIN_DIGITS, supplier_of
from procurement.importers import values
from procurement.importers.values import UnreadableError
from procurement.models import ProcurementMethod, Supplier
from workflows.casepages.fields import ThaiDateField
from workflows.graph import Text

_SIGN = re.compile(r"\s*([-+−])")
# An export may carry a computer's floating point; what a person types with three decimals is `1.234` for 1,234.
_BEYOND_SATANG = re.compile(r"\.[\d๐-๙]{3,}")


class MoneyField(forms.DecimalField):
    """Baht, to the satang. Takes `1,200,000.50`, Thai digits, spaces and a word for baht beside the figure."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "money"})
    default_error_messages = {"invalid": _("Enter an amount in baht, such as 1,200,000.00.")}

    def __init__(self, *, signed: bool = False, **kwargs: Any) -> None:
        """signed: less than nothing may be entered too, to take something back."""
        self.signed = signed
        super().__init__(max_digits=15, decimal_places=2, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        """The amount, None for nothing or a dash. Raises ValidationError for what is no amount."""
        if isinstance(value, str):
            value = self._read(value)
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """A known amount with its commas; what was typed stays as it was typed."""
        return f"{value:,.2f}" if isinstance(value, Decimal) else value

    def _read(self, text: str) -> Decimal | None:
        sign = _SIGN.match(text) if self.signed and not values.says_nothing(text) else None
        unsigned = text[sign.end() :] if sign else text
        wrong = forms.ValidationError(self.error_messages["invalid"], code="invalid")
        # `NaN` and control characters say nothing in a file; who types them has not left the field empty.
        if _BEYOND_SATANG.search(unsigned) or not unsigned.isprintable() or unsigned.strip().casefold() == "nan":
            raise wrong
        try:
            amount = values.money(unsigned)
        except UnreadableError:
            raise wrong from None
        return -amount if amount is not None and sign and sign[1] != "+" else amount


class TaxNumberField(forms.CharField):
    """A 13-digit tax number (เลขประจำตัวผู้เสียภาษี); spaces, hyphens and Thai digits are taken."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Tax number"))
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))
        super().__init__(max_length=30, **kwargs)

    def to_python(self, value: Any) -> str:
        """The 13 digits, "" for nothing. Raises ValidationError for anything else."""
        digits = re.sub(r"[\s-]", "", arabic(super().to_python(value)))
        if digits and not re.fullmatch(rf"[0-9]{{{TIN_DIGITS}}}", digits):
            raise forms.ValidationError(_("A tax number has 13 digits."), code="invalid")
        return digits


def check_supplier(form: forms.Form, tin: str, name: str) -> None:
    """A supplier who is not known yet needs his name; says so beside the field `name` of `form`."""
    if tin and not name and _known(tin) is None:
        form.add_error("name", gettext("No supplier with this tax number is known yet. Write his name."))


def found_or_made(tin: str, name: str) -> Supplier:
    """The supplier of a tax number, by the number alone where it is known; made where there is none yet."""
    return _known(tin) or supplier_of(tin=tin, name=name)


def _known(tin: str) -> Supplier | None:
    return Supplier.objects.filter(tin=tin, masked=False).first() if tin else None


def past_day(label: Text, **kwargs: Any) -> ThaiDateField:
    """A day on which something happened; today is offered."""
    return ThaiDateField(label=label, initial=timezone.localdate, **kwargs)


def methods(own: str | None = None) -> QuerySet[ProcurementMethod]:
    """The methods of procurement in use, and the one that is chosen already."""
    return ProcurementMethod.objects.filter(Q(active=True) | Q(pk=own))


def known_sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum in baht; None when one of them is not known."""
    total = Decimal(0)
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total
