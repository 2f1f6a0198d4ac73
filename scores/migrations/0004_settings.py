"""Settings of rubrics as rule data, each beginning with the value of its file."""

from typing import Any

from django.db import migrations, models


def load(apps: Any, schema_editor: Any) -> None:
    from scores.rule_data import load_rule_data

    load_rule_data(apps)



class Migration(migrations.Migration):

    dependencies = [
        ("scores", "0003_snapshots_are_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="ScoreSetting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=120, verbose_name="code")),
                ("value", models.CharField(max_length=40, verbose_name="value")),
                ("name_th", models.CharField(max_length=300, verbose_name="name in Thai")),
                ("name_en", models.CharField(max_length=300, verbose_name="name in English")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                ("verified", models.BooleanField(default=True, verbose_name="checked against the published text")),
            ],
            options={
                "verbose_name": "setting of scores",
                "verbose_name_plural": "settings of scores",
                "ordering": ["code", "valid_from"],
                "constraints": [models.UniqueConstraint(fields=("code", "valid_from"), name="one_score_setting_a_day")],
            },
        ),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
