"""The rules of the pool, the draws and the conflict check; what an administrator has changed stays."""

from typing import Any

from django.db import migrations


def load(apps: Any, schema_editor: Any) -> None:
    from procurement.rule_data import load_rule_data

    load_rule_data(apps)


class Migration(migrations.Migration):
    dependencies = [("procurement", "0005_citizen_seats"), ("workflows", "0006_case_link")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
