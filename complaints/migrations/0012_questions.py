import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import workflows.models.case


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0011_letters"),
        ("organisations", "0004_successors"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AlterField(
            model_name="complaint",
            name="channel",
            field=models.CharField(
                choices=[
                    ("website", "website"),
                    ("box", "complaint box"),
                    ("hotline", "hotline"),
                    ("help_desk", "help desk"),
                    ("walk_in", "at the office"),
                    ("letter", "letter"),
                    ("executive", "direct to the executive"),
                    ("staff_line", "hotline to the executive (staff)"),
                    ("referral", "referral from another agency"),
                    ("line", "LINE"),
                    ("api", "API"),
                ],
                max_length=12,
                verbose_name="channel",
            ),
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(
                        default=workflows.models.case.random_id, editable=False, max_length=12, unique=True
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waits for an answer"),
                            ("answered", "answered"),
                            ("closed", "closed"),
                            ("turned", "became a complaint"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="asked")),
                ("waiting_since", models.DateField(null=True, verbose_name="waiting since")),
                ("wrapped", models.TextField(editable=False)),
                ("receipt_lookup", models.CharField(editable=False, max_length=8, null=True, unique=True)),
                ("receipt_hmac", models.BinaryField(null=True)),
                ("language", models.CharField(default="th", max_length=2)),
                (
                    "case",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="question",
                        to="complaints.complaintcase",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "question",
                "verbose_name_plural": "questions",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["waiting_since", "id"],
                        name="questions_waiting",
                    ),
                    models.Index(fields=["unit", "id"], name="questions_of_unit"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state", "waiting"), ("waiting_since__isnull", True), _connector="XOR"),
                        name="question_waits_since_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("case__isnull", False),
                                ("receipt_hmac__isnull", True),
                                ("receipt_lookup__isnull", True),
                                ("state", "turned"),
                                ("wrapped", ""),
                            ),
                            models.Q(
                                models.Q(("state", "turned"), _negated=True),
                                ("case__isnull", True),
                                ("receipt_hmac__isnull", False),
                                ("receipt_lookup__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="question_is_itself_or_a_case",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuestionEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("asked", "asked"),
                            ("wrote_back", "wrote back"),
                            ("answered", "answered"),
                            ("moved", "passed on"),
                            ("closed", "closed"),
                            ("turned", "made a complaint"),
                        ],
                        max_length=10,
                    ),
                ),
                ("sealed", models.BinaryField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="complaints.question"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.unit",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["asked", "wrote_back"]), ("by__isnull", False), _connector="XOR"
                        ),
                        name="question_entry_by_its_side",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["asked", "wrote_back", "answered"]),
                            ("sealed__isnull", True),
                            _connector="XOR",
                        ),
                        name="question_entry_has_its_text",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind", "moved"), ("unit__isnull", True), _connector="XOR"),
                        name="question_entry_moved_somewhere",
                    ),
                ],
            },
        ),
    ]
