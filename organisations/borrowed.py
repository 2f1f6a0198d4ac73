"""Words of Django's own reference pages whose Thai is wrong or missing in Django: our catalogue comes first."""

from django.utils.translation import gettext_noop as _

WORDS = (
    _("Add"),
    _("Action:"),
    _("None available"),
    _("Please correct the error below."),
    _("Please correct the errors below."),
    _("Skip to main content"),
    _("The {name} “{obj}” was added successfully."),
    _("The {name} “{obj}” was added successfully. You may add another {name} below."),
    _("After you’ve created a user, you’ll be able to edit more user options."),
    _("Raw passwords are not stored, so there is no way to see the user’s password."),
    _("Enter the same password as before, for verification."),
    _("Reset password"),
    _("Password-based authentication"),
    _("Enabled"),
    _("Disabled"),
    _("0 of %(cnt)s selected"),
)
