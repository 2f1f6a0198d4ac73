"""Standard texts, with those an installation starts with."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def load(apps: Any, schema_editor: Any) -> None:
    from complaints.rule_texts import load_standard_texts

    load_standard_texts(apps)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0009_whole")]
    operations = [
        migrations.CreateModel(
            name="StandardText",
            fields=[
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="code")),
                ("place", models.CharField(max_length=60, verbose_name="offered in")),
                ("title_th", models.CharField(max_length=150, verbose_name="heading in Thai")),
                ("title_en", models.CharField(max_length=150, verbose_name="heading in English")),
                (
                    "text_th",
                    models.TextField(
                        help_text="{number}, {unit} and {due} are filled in from the case.",
                        max_length=5000,
                        verbose_name="text in Thai",
                    ),
                ),
                ("text_en", models.TextField(max_length=5000, verbose_name="text in English")),
                ("active", models.BooleanField(default=True, verbose_name="in use")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                (
                    "kind",
                    models.ForeignKey(
                        blank=True,
                        help_text="With its sub-kinds. Empty: for every kind.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="complaints.complaintkind",
                        verbose_name="only for this kind",
                    ),
                ),
            ],
            options={
                "verbose_name": "standard text",
                "verbose_name_plural": "standard texts",
                "ordering": ["place", "position", "code"],
            },
        ),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
