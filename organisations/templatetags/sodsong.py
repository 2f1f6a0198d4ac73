"""What every template may write: dates, money, icons, and the one sign of each state."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.context import RequestContext
from django.templatetags.static import static
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString

from organisations import formats
from organisations.navigation import ways_for
from organisations.queries import roles_of

register = template.Library()

SOON_DAYS = 3


class Sign(NamedTuple):
    """How a state shows, everywhere the same: its word, an icon of `static/icons.svg`, and a tone of tokens.css
    (`plain`, `accent`, `soon`, `late`, `well`, `paused`)."""

    label: str | Promise
    icon: str
    tone: str = "plain"


_signs: dict[str, Sign] = {}


def register_signs(signs: Mapping[str, Sign]) -> None:
    """Make states known to `{% state_tag %}`; each domain app calls this once in `AppConfig.ready()`."""
    _signs.update(signs)


# --- Dates, numbers -----------------------------------------------------------------------------------------------
def _blank(value: object) -> bool:
    return value is None or value == ""


@register.filter
def thai_date(value: date | None) -> str:
    """`20 พ.ย. 2569`; nothing for nothing."""
    return "" if _blank(value) else formats.write_date(value)  # type: ignore[arg-type]


@register.filter
def thai_date_long(value: date | None) -> str:
    """`20 พฤศจิกายน 2569`; nothing for nothing."""
    return "" if _blank(value) else formats.write_date(value, long=True)  # type: ignore[arg-type]


@register.filter
def thai_month(value: date | None) -> str:
    """`พฤศจิกายน 2569`: the month of a day; nothing for nothing."""
    return "" if _blank(value) else formats.write_month(value)  # type: ignore[arg-type]


@register.filter
def calendar_year(value: int) -> str:
    """A calendar year (C.E.) as people name it: `พ.ศ. 2569`, `2026` in English."""
    return formats.write_year(value)


@register.filter
def thai_time(value: datetime | None) -> str:
    """`14:05 น.`"""
    return "" if _blank(value) else formats.write_time(value)  # type: ignore[arg-type]


@register.filter
def thai_moment(value: datetime | None) -> str:
    """`20 พ.ย. 2569 14:05 น.`"""
    return "" if _blank(value) else formats.write_moment(value)  # type: ignore[arg-type]


@register.filter
def ago(value: datetime | None) -> str:
    """`2 นาทีที่แล้ว`"""
    return "" if _blank(value) else formats.write_ago(value)  # type: ignore[arg-type]


@register.filter
def due_in(value: date | None, today: date | None = None) -> str:
    """`(อีก 3 วัน)`, `(เกิน 2 วัน)`: what stands behind a due date."""
    return "" if _blank(value) else f"({formats.write_due(value, today or timezone.localdate())})"  # type: ignore[arg-type]


@register.filter
def numerals(value: object) -> str:
    """Any text with its digits in the reader's numerals."""
    return "" if value is None else formats.digits(value)


@register.filter
def number(value: int | float | Decimal | None, places: int = 0) -> str:
    """`1,234`"""
    return "" if _blank(value) else formats.write_number(value, places)  # type: ignore[arg-type]


@register.filter
def baht(value: int | Decimal | None) -> str:
    """`1,234.00 บาท`"""
    return "" if _blank(value) else formats.write_baht(value)  # type: ignore[arg-type]


@register.filter
def share(value: float | Decimal | None, places: int = 2) -> str:
    """A share from 0 to 1 as `85.99%`."""
    return "" if _blank(value) else formats.write_share(value, places)  # type: ignore[arg-type]


# --- Signs --------------------------------------------------------------------------------------------------------
@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A drawing from the sprite. Without a `label` it is ornament and screen readers pass over it."""
    href = f"{static('icons.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, href)
    return format_html('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', href)


@register.simple_tag
def tag(text: str, icon_name: str = "", tone: str = "plain") -> SafeString:
    """A small sign: an icon and a word, for instance "protected" on a case."""
    drawing = icon(icon_name) if icon_name else ""
    return format_html('<span class="tag tag-{}">{}<span>{}</span></span>', tone, drawing, text)


@register.simple_tag
def state_tag(state: str) -> SafeString:
    """The sign of a state by its code; a code nobody registered shows as it is."""
    sign = _signs.get(state, Sign(state, "new"))
    return tag(str(sign.label), sign.icon, sign.tone)


@register.filter
def state_word(state: str) -> str:
    """The word of a state by its code, for titles and sentences."""
    sign = _signs.get(state)
    return str(sign.label) if sign else state


@register.simple_tag(takes_context=True)
def due(context: template.Context, value: date | None) -> SafeString:
    """A due date with its distance: `20 พ.ย. 2569 (อีก 3 วัน)`, toned and marked when it is late or near.

    In: the date (or None: an en dash).
    """
    if value is None:
        return format_html('<span class="due">{}</span>', "–")
    written = formats.write_date(value)
    today = context.get("today") or timezone.localdate()
    days = (value - today).days
    tone = "late" if days < 0 else "soon" if days <= SOON_DAYS else "plain"
    mark = icon({"late": "alert", "soon": "clock"}[tone]) if tone != "plain" else ""
    return format_html(
        '<time class="due due-{}" datetime="{}">{}<span class="due-day">{}</span>'
        ' <span class="due-in">({})</span></time>',
        tone,
        value.isoformat(),
        mark,
        written,
        formats.write_due(value, today),
    )


@register.simple_tag(takes_context=True)
def query(context: RequestContext, **changes: Any) -> str:
    """This page's query string with some values changed; None or "" takes one away.

    `{% query tab="mine" after=None %}` gives `?tab=mine&kind=3` on `?tab=unit&after=9&kind=3`.
    """
    request: HttpRequest = context["request"]
    values = request.GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            values.pop(name, None)
        else:
            values[name] = str(value)
    return f"?{values.urlencode()}" if values else request.path


@register.simple_tag
def idle_seconds() -> int:
    """After how many seconds without a sign of life a session ends, for `session.js`."""
    return int(settings.IDLE_END.total_seconds())


@register.inclusion_tag("components/main_nav.html", takes_context=True)
def main_nav(context: RequestContext) -> dict[str, Any]:
    """The main menu for the roles of the reader, the present page marked."""
    request: HttpRequest = context["request"]
    roles = roles_of(request.user) if request.user.is_authenticated else frozenset()
    return {"ways": ways_for(roles), "path": request.path}
