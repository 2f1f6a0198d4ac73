"""The rules an installation starts with; loading adds what is missing and never changes an administrator's row."""

from typing import Any

from django.db import migrations


def load(apps: Any, schema_editor: Any) -> None:
    from procurement.rule_data import load_rule_data

    load_rule_data(apps)


class Migration(migrations.Migration):
    dependencies = [("procurement", "0001_initial"), ("workflows", "0005_number_series_of_a_kind")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
