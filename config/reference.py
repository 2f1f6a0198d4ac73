"""Which site Django's admin is."""

from django.contrib.admin.apps import AdminConfig


class ReferenceDataConfig(AdminConfig):
    """Stands in INSTALLED_APPS in place of django.contrib.admin; only a name, for no model may be loaded yet."""

    default_site = "organisations.reference_data.ReferenceDataSite"
