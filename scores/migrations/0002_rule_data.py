"""The clocks of assessments; what an administrator has changed stays."""

from typing import Any

from django.db import migrations


def load(apps: Any, schema_editor: Any) -> None:
    from scores.rule_data import load_rule_data

    load_rule_data(apps)


class Migration(migrations.Migration):
    dependencies = [("scores", "0001_assessments"), ("workflows", "0006_case_link")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
