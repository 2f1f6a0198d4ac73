import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0008_contact"),
        ("organisations", "0003_leave"),
        ("workflows", "0008_parts_and_causes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RequestCase",
            fields=[],
            options={
                "verbose_name": "request",
                "verbose_name_plural": "requests",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("workflows.case",),
        ),
        migrations.CreateModel(
            name="Hearing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(blank=True)),
                ("sealed", models.BinaryField(null=True)),
                (
                    "heard_on",
                    models.DateField(help_text="Empty: he could not be heard.", null=True, verbose_name="heard on"),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="InquiryCommittee",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order_number", models.CharField(max_length=60, verbose_name="number of the order")),
                ("ordered_on", models.DateField(verbose_name="date of the order")),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="InquiryMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "part",
                    models.CharField(
                        choices=[("chair", "chair"), ("member", "member"), ("secretary", "member and secretary")],
                        max_length=10,
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Penalty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(blank=True)),
                ("sealed", models.BinaryField(null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("reprimand", "reprimand"),
                            ("pay_cut", "cut of pay"),
                            ("salary", "reduction of salary"),
                            ("dismissal", "dismissal"),
                            ("expulsion", "expulsion"),
                            ("none", "no penalty, with the reason"),
                        ],
                        max_length=12,
                        verbose_name="penalty",
                    ),
                ),
                ("order_number", models.CharField(max_length=60, verbose_name="number of the order")),
                ("ordered_on", models.DateField(verbose_name="date of the order")),
                ("copied_on", models.DateField(blank=True, null=True, verbose_name="copy sent on")),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Referral",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(blank=True)),
                ("sealed", models.BinaryField(null=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ReferralAgency",
            fields=[
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="code")),
                ("name_th", models.CharField(max_length=200, verbose_name="name in Thai")),
                ("name_en", models.CharField(max_length=200, verbose_name="name in English")),
                (
                    "address",
                    models.TextField(blank=True, help_text="As it stands on a letter.", verbose_name="address"),
                ),
                (
                    "binding",
                    models.BooleanField(
                        default=False,
                        help_text="A finding of this body starts the clock of the penalty.",
                        verbose_name="its findings bind",
                    ),
                ),
                ("active", models.BooleanField(default=True, verbose_name="in use")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("source", models.CharField(max_length=300, verbose_name="source")),
            ],
            options={
                "verbose_name": "agency for referrals",
                "verbose_name_plural": "agencies for referrals",
                "ordering": ["position", "code"],
            },
        ),
        migrations.CreateModel(
            name="RequestAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(blank=True)),
                ("sealed", models.BinaryField(null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("answer", "answer"), ("reminder", "reminder"), ("reason", "reason")], max_length=10
                    ),
                ),
                (
                    "on_paper",
                    models.BooleanField(default=False, help_text="It came as a letter, and a clerk recorded it."),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Respondent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(blank=True)),
                ("sealed", models.BinaryField(null=True)),
                ("person", models.BinaryField()),
                ("official", models.BooleanField(default=True, verbose_name="an official")),
                ("at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(blank=True, help_text="He was named by mistake.", null=True)),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RespondentFinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(blank=True)),
                ("sealed", models.BinaryField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("founded", "founded"),
                            ("partly", "partly founded"),
                            ("unfounded", "unfounded"),
                            ("inconclusive", "inconclusive"),
                        ],
                        max_length=12,
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="complaintkind",
            name="serious",
            field=models.BooleanField(
                default=False,
                help_text="Needs an investigating committee that is appointed by order.",
                verbose_name="serious",
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="recorded_by",
            field=models.ForeignKey(
                help_text="The clerk who recorded a decision on paper.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            name="AgencyRequest",
            fields=[
                ("text", models.TextField(blank=True)),
                ("sealed", models.BinaryField(null=True)),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="request",
                        serialize=False,
                        to="complaints.requestcase",
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        help_text="Who asked.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="complaints.complaintcase",
                    ),
                ),
            ],
            options={
                "ordering": ["case"],
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="hearing",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="inquirycommittee",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="inquirycommittee",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="committees", to="complaints.complaintcase"
            ),
        ),
        migrations.AddField(
            model_name="inquirymember",
            name="committee",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="members", to="complaints.inquirycommittee"
            ),
        ),
        migrations.AddField(
            model_name="inquirymember",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="penalty",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="referrals", to="complaints.complaintcase"
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="complaints.referralagency",
                verbose_name="agency",
            ),
        ),
        migrations.AddField(
            model_name="requestanswer",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="requestanswer",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="texts", to="complaints.requestcase"
            ),
        ),
        migrations.AddField(
            model_name="respondent",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="respondent",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="respondents", to="complaints.complaintcase"
            ),
        ),
        migrations.AddField(
            model_name="respondent",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.unit",
            ),
        ),
        migrations.AddField(
            model_name="respondent",
            name="user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="penalty",
            name="respondent",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="penalties", to="complaints.respondent"
            ),
        ),
        migrations.AddField(
            model_name="hearing",
            name="respondent",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="hearings", to="complaints.respondent"
            ),
        ),
        migrations.AddField(
            model_name="measure",
            name="respondent",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="measures",
                to="complaints.respondent",
                verbose_name="respondent",
            ),
        ),
        migrations.AddField(
            model_name="respondentfinding",
            name="finding",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="of_respondents", to="complaints.finding"
            ),
        ),
        migrations.AddField(
            model_name="respondentfinding",
            name="respondent",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="findings", to="complaints.respondent"
            ),
        ),
        migrations.AddConstraint(
            model_name="inquirymember",
            constraint=models.UniqueConstraint(fields=("committee", "user"), name="one_seat_on_an_inquiry"),
        ),
        migrations.AddConstraint(
            model_name="inquirymember",
            constraint=models.UniqueConstraint(
                condition=models.Q(("part", "chair")), fields=("committee",), name="one_chair_of_an_inquiry"
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(("sealed__isnull", True), ("text", ""), _connector="OR"),
                name="complaints_referral_plain_or_sealed",
            ),
        ),
        migrations.AddConstraint(
            model_name="requestanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("sealed__isnull", True), ("text", ""), _connector="OR"),
                name="complaints_requestanswer_plain_or_sealed",
            ),
        ),
        migrations.AddConstraint(
            model_name="respondent",
            constraint=models.CheckConstraint(
                condition=models.Q(("sealed__isnull", True), ("text", ""), _connector="OR"),
                name="complaints_respondent_plain_or_sealed",
            ),
        ),
        migrations.AddConstraint(
            model_name="penalty",
            constraint=models.CheckConstraint(
                condition=models.Q(("sealed__isnull", True), ("text", ""), _connector="OR"),
                name="complaints_penalty_plain_or_sealed",
            ),
        ),
        migrations.AddConstraint(
            model_name="hearing",
            constraint=models.CheckConstraint(
                condition=models.Q(("sealed__isnull", True), ("text", ""), _connector="OR"),
                name="complaints_hearing_plain_or_sealed",
            ),
        ),
        migrations.AddConstraint(
            model_name="respondentfinding",
            constraint=models.CheckConstraint(
                condition=models.Q(("sealed__isnull", True), ("text", ""), _connector="OR"),
                name="complaints_respondentfinding_plain_or_sealed",
            ),
        ),
        migrations.AddConstraint(
            model_name="respondentfinding",
            constraint=models.UniqueConstraint(fields=("respondent", "finding"), name="one_finding_for_an_allegation"),
        ),
        migrations.AddConstraint(
            model_name="agencyrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("sealed__isnull", True), ("text", ""), _connector="OR"),
                name="complaints_agencyrequest_plain_or_sealed",
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="kind",
            field=models.CharField(
                choices=[
                    ("note", "note"),
                    ("to_complainant", "to the complainant"),
                    ("question", "question to the complainant"),
                    ("progress", "progress report"),
                    ("from_complainant", "from the complainant"),
                    ("answer", "answer of the complainant"),
                    ("custody", "reasons of a custodian"),
                ],
                max_length=20,
            ),
        ),
    ]
