import uuid

import django.db.models.deletion
from django.db import migrations, models

from complaints.survey.rule_data import load_questions


class Migration(migrations.Migration):
    dependencies = [("complaints", "0012_questions"), ("organisations", "0004_successors")]
    operations = [
        migrations.AddField(
            model_name="complaint",
            name="surveyed",
            field=models.BooleanField(
                db_default=False, default=False, help_text="The survey was answered; when and what stands nowhere."
            ),
        ),
        migrations.CreateModel(
            name="SurveyQuestion",
            fields=[
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("quality", "quality"),
                            ("ease", "ease"),
                            ("information", "information"),
                            ("honesty", "honesty"),
                            ("result", "result"),
                        ],
                        max_length=12,
                        primary_key=True,
                        serialize=False,
                        verbose_name="code",
                    ),
                ),
                ("text_th", models.CharField(max_length=300, verbose_name="question in Thai")),
                ("text_en", models.CharField(max_length=300, verbose_name="question in English")),
                (
                    "indicator",
                    models.CharField(
                        choices=[
                            ("operation", "quality of operation"),
                            ("communication", "efficiency of communication"),
                            ("improvement", "improvement of the work system"),
                        ],
                        max_length=15,
                        verbose_name="indicator",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("source", models.CharField(max_length=300, verbose_name="source")),
            ],
            options={
                "verbose_name": "survey question",
                "verbose_name_plural": "survey questions",
                "ordering": ["position", "code"],
            },
        ),
        migrations.CreateModel(
            name="SurveyPool",
            fields=[
                (
                    "unit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="organisations.unit",
                    ),
                ),
                ("wrapped", models.TextField(blank=True, editable=False)),
                ("sealed", models.BinaryField(default=bytes)),
            ],
        ),
        migrations.CreateModel(
            name="SurveyAnswer",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("month", models.DateField(help_text="Its first day.")),
                ("kind", models.CharField(blank=True, max_length=50)),
                ("channel", models.CharField(blank=True, max_length=12)),
                ("quality", models.PositiveSmallIntegerField()),
                ("ease", models.PositiveSmallIntegerField()),
                ("information", models.PositiveSmallIntegerField()),
                ("honesty", models.PositiveSmallIntegerField()),
                ("result", models.PositiveSmallIntegerField()),
                ("remark", models.TextField(blank=True)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.unit"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["unit", "month"], name="survey_of_unit")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ease__range", (1, 5)),
                            ("honesty__range", (1, 5)),
                            ("information__range", (1, 5)),
                            ("quality__range", (1, 5)),
                            ("result__range", (1, 5)),
                        ),
                        name="survey_one_to_five",
                    ),
                    models.CheckConstraint(condition=models.Q(("month__day", 1)), name="survey_of_a_whole_month"),
                ],
            },
        ),
        migrations.RunPython(load_questions, migrations.RunPython.noop),
    ]
