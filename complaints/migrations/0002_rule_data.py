"""The rules an installation starts with; loading adds what is missing and never changes an administrator's row."""

from typing import Any

from django.db import migrations


def load(apps: Any, schema_editor: Any) -> None:
    from complaints.rule_loading import load_rule_data

    load_rule_data(apps)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0001_initial"), ("workflows", "0002_ledger_is_append_only")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
