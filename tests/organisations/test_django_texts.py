"""What we translate in Django's place is what Django says."""

import ast
import inspect
from types import ModuleType

from django.contrib.auth import forms as auth_forms
from django.contrib.auth import password_validation
from django.core import validators
from django.db.models import base, constraints
from django.db.models import fields as model_fields
from django.forms import fields, models

from organisations import django_texts

SAYING = (
    auth_forms, password_validation, validators, base, constraints, model_fields, fields, models,
)  # fmt: skip


def calls(module: ModuleType) -> set[str]:
    """The texts that a module marks for translation."""
    found = (node for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.Call))
    return {
        argument.value
        for call in found
        if getattr(call.func, "id", "") in {"_", "gettext", "gettext_noop", "ngettext", "ngettext_lazy"}
        for argument in call.args[:2]
        if isinstance(argument, ast.Constant)
    }


def test_every_text_is_one_of_django_to_the_letter() -> None:
    ours = calls(django_texts)
    assert len(ours) == len(django_texts.TEXTS) + 2 * len(django_texts.COUNTED)
    assert ours - {text for module in SAYING for text in calls(module)} == set()
