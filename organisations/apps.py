from django.apps import AppConfig
from django.forms import Field
from django.utils.translation import gettext_lazy as _


class OrganisationsConfig(AppConfig):
    name = "organisations"
    verbose_name = _("Organisations")

    def ready(self) -> None:
        """What every form says of a field that is left empty, where the form has no words of its own."""
        Field.default_error_messages = {**Field.default_error_messages, "required": _("Please fill this in.")}
