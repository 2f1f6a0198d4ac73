import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workflows", "0007_outbox_without_a_case")]
    operations = [
        migrations.AddField(
            model_name="conflict",
            name="cause",
            field=models.CharField(
                choices=[
                    ("declared", "declared an interest"),
                    ("respondent", "is complained about"),
                    ("subordinate", "works under a person who is complained about"),
                    ("related", "declared an interest in a case that hangs together with it"),
                ],
                default="declared",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="caselink",
            name="relation",
            field=models.CharField(
                choices=[
                    ("about", "is about"),
                    ("led_to", "led to"),
                    ("merged", "was merged into"),
                    ("part", "is a part of"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="attachment",
            name="notes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=30),
                default=list,
                help_text="What was done to it, and what was not.",
                size=None,
            ),
        ),
    ]
