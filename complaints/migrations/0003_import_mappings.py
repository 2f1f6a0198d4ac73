"""What the words of other systems mean here, to start with."""

from typing import Any

from django.db import migrations


def load(apps: Any, schema_editor: Any) -> None:
    from complaints.importers.defaults import load_mappings

    load_mappings(apps)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0002_rule_data")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
