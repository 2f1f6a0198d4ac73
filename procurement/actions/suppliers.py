"""Writing suppliers: who bids and contracts, his people and his address. No case stands behind them."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from procurement.models import Supplier, SupplierPerson
from workflows.refusals import Missing

TIN_DIGITS = 13
_MASKED = re.compile(r"(?=.{13}$)\d+x+\d*")


def check_digit_holds(tin: str) -> bool:
    """Whether the last of 13 digits follows from the others: modulo 11 with the weights 13 to 2, the rule of the
    national identification number, which tax numbers of persons and of firms share."""
    if len(tin) != TIN_DIGITS or not (tin.isascii() and tin.isdigit()):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(tin, range(TIN_DIGITS, 1, -1), strict=False))
    return (11 - total % 11) % 10 == int(tin[-1])


def supplier_of(*, name: str, tin: str = "", address: str = "") -> Supplier:
    """The supplier of this tax number; made when there is none yet.

    tin: 13 digits, or masked (`130990115xxxx`), or "". A full number alone says who it is, and the name that is on
    record stays; a masked or missing number says so only together with the name. address: kept where none is known.
    Safe beside others who do the same at the same time. Raises Missing without a name, or for another kind of number.
    """
    name, tin = " ".join(name.split()), tin.strip().lower()
    masked = bool(_MASKED.fullmatch(tin))
    if tin and not masked and not (len(tin) == TIN_DIGITS and tin.isascii() and tin.isdigit()):
        raise Missing(_("A tax number has 13 digits."), field="tin")
    if not name:
        raise Missing(_("Enter the name of the supplier."), field="name")
    known: dict[str, Any] = {"tin": tin, "masked": masked}
    defaults = {"address": address.strip()}
    if tin and not masked:
        defaults["name"] = name
    else:
        known["name"] = name
    supplier, new = Supplier.objects.get_or_create(**known, defaults=defaults)
    if not new and not supplier.address and defaults["address"]:
        set_address(supplier, defaults["address"])
    return supplier


def set_address(supplier: Supplier, address: str) -> bool:
    """The address of a supplier as known now. Out: whether it is another one than before."""
    address = address.strip()
    if supplier.address == address:
        return False
    supplier.address = address
    supplier.save(update_fields=["address"])
    return True


@transaction.atomic
def record_person(
    *,
    supplier: Supplier,
    name: str,
    part: str,
    share: Decimal | None = None,
    address: str = "",
    as_of: date | None = None,
) -> tuple[SupplierPerson, str]:
    """A director, partner or shareholder as of a day. share: percent, with the shares of spouse and minor children
    (Regulation cl. 4). What is left out stays as it is known.

    Out: the row, and what became of it: "created", "changed", "unchanged", or "older" where what is on record is of a
    later day and stays. Raises Missing without a name.
    """
    name = " ".join(name.split())
    if not name:
        raise Missing(_("Enter the name of the person."), field="name")
    given = {"share": share, "address": address.strip(), "as_of": as_of}
    row, new = SupplierPerson.objects.select_for_update().get_or_create(
        supplier=supplier, name=name, part=part, defaults=given
    )
    if new:
        return row, "created"
    if as_of and row.as_of and as_of < row.as_of:
        return row, "older"
    changes = {
        field: value for field, value in given.items() if value not in (None, "") and getattr(row, field) != value
    }
    if not changes:
        return row, "unchanged"
    for field, value in changes.items():
        setattr(row, field, value)
    row.save(update_fields=list(changes))
    return row, "changed"
