"""Telling citizens by e-mail that there is news: nothing of it, only that there is, and where it is read."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Max, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from notifications.models import Notice
from organisations.formats import thai_numerals
from procurement.models import Citizen, Consent
from procurement.pool.accounts import may_sign_in
from procurement.pool.sealed import read_private


def waiting_for_mail() -> list[int]:
    """Keys of the citizens who agreed to be written to and have notices of which they were not told yet."""
    agreed = Q(consents__purpose=Consent.Purpose.CONTACT, consents__withdrawn_at=None)
    found = Citizen.objects.filter(agreed, account__isnull=False).exclude(email_hash="")
    notices = dict(
        Notice.objects.filter(recipient__citizen__in=found)
        .order_by()
        .values_list("recipient__citizen")
        .annotate(last=Max("number"))
    )
    return sorted(row.pk for row in found if notices.get(row.pk, 0) > row.mailed_up_to)


def mail_news(citizen_id: int) -> bool:
    """One e-mail for all his news since the last one. Out: whether one was sent.

    He is marked as told in the same transaction: what could not be handed over is tried again the next time. Raises
    what sending raises.
    """
    with transaction.atomic():
        rows = Citizen.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
        citizen = rows.select_related("account").filter(pk=citizen_id).first()
        if citizen is None or citizen.account is None:
            return False
        last = Notice.objects.filter(recipient=citizen.account).aggregate(last=Max("number"))["last"] or 0
        address = str(read_private(citizen).get("email", ""))
        if last <= citizen.mailed_up_to or not address or not may_sign_in(citizen):
            return False
        citizen.mailed_up_to = last
        citizen.save(update_fields=["mailed_up_to"])
        with translation.override(citizen.account.language), thai_numerals(citizen.account.thai_numerals):
            text = render_to_string("representative/mail_news.txt", {"url": settings.SITE_URL + reverse("my_seats")})
            EmailMessage(gettext("News about your work as a citizen representative"), text, to=[address]).send()
        return True
