"""The rules of everything that came with migration 0009; loading adds what is missing and changes no row."""

from typing import Any

from django.db import migrations


def load(apps: Any, schema_editor: Any) -> None:
    from complaints.rule_loading import load_rule_data

    load_rule_data(apps)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0014_statistics"), ("workflows", "0010_rule_changes")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
