import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0010_standard_texts"),
        ("organisations", "0003_leave"),
        ("workflows", "0007_outbox_without_a_case"),
    ]

    operations = [
        migrations.CreateModel(
            name="LetterSeries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "unit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letter_series",
                        to="organisations.unit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "prefix",
                    models.CharField(
                        help_text="What stands before the stroke of a number, for example นน 0017.1",
                        max_length=40,
                        verbose_name="code of the agency",
                    ),
                ),
                (
                    "agency",
                    models.CharField(
                        blank=True,
                        help_text="Left empty: the Thai name of the unit.",
                        max_length=200,
                        verbose_name="agency on the letterhead",
                    ),
                ),
                (
                    "address",
                    models.TextField(blank=True, help_text="A line each.", verbose_name="address on the letterhead"),
                ),
                ("phone", models.CharField(blank=True, max_length=60, verbose_name="telephone")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                (
                    "acting",
                    models.CharField(
                        default="ปฏิบัติราชการแทน", max_length=60, verbose_name="words before the post a deputy signs for"
                    ),
                ),
                ("thai_numerals", models.BooleanField(default=True, verbose_name="Thai numerals")),
                (
                    "gives_numbers",
                    models.BooleanField(
                        default=False,
                        help_text="The next number of the calendar year, without gaps. Else it is copied from the register by hand.",
                        verbose_name="numbers are given here",
                    ),
                ),
            ],
            options={
                "verbose_name": "letterhead",
                "verbose_name_plural": "letterheads",
                "ordering": ["unit__sort_key"],
            },
        ),
        migrations.CreateModel(
            name="LetterCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "series",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="counts", to="complaints.letterseries"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(help_text="Calendar year, Buddhist Era.")),
                ("last", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("series", "year"), name="one_letter_count_a_year")],
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(blank=True)),
                ("sealed", models.BinaryField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="complaints.complaintcase",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        help_text="Whose letter it is.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.unit",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="complaints.message",
                    ),
                ),
                (
                    "reply",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="complaints.reply",
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="complaints.referral",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="complaints.agencyrequest",
                    ),
                ),
                ("addressee", models.BinaryField(null=True)),
                (
                    "signatory",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("signatory_name", models.CharField(blank=True, max_length=200)),
                ("signatory_title", models.CharField(blank=True, max_length=300)),
                ("acting_for", models.CharField(blank=True, help_text="ปฏิบัติราชการแทน …", max_length=300)),
                (
                    "by",
                    models.ForeignKey(
                        help_text="Who drafted it.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="register number")),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        help_text="Calendar year of the register, Buddhist Era.", null=True
                    ),
                ),
                ("registered_on", models.DateField(null=True, verbose_name="date of the letter")),
                (
                    "signed",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letter",
                        to="workflows.attachment",
                    ),
                ),
                ("despatched_on", models.DateField(null=True, verbose_name="despatched on")),
                (
                    "way",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("post", "by post"),
                            ("registered", "by registered post or EMS"),
                            ("hand", "by hand"),
                            ("email", "by e-mail"),
                            ("saraban", "by the electronic correspondence system"),
                        ],
                        max_length=10,
                        verbose_name="how",
                    ),
                ),
                ("tracking", models.CharField(blank=True, max_length=40, verbose_name="tracking number")),
                ("cancelled_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "official letter",
                "ordering": ["id"],
                "indexes": [models.Index(fields=["unit", "year", "-registered_on", "-id"], name="register_of_letters")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sealed__isnull", True), ("text", ""), _connector="OR"),
                        name="complaints_letter_plain_or_sealed",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("number", ""), _negated=True),
                        fields=("unit", "year", "number"),
                        name="letter_number_once_a_year",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("number", ""), ("registered_on", None), ("year", None)),
                            models.Q(
                                models.Q(("number", ""), _negated=True),
                                ("registered_on__isnull", False),
                                ("year__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="letter_number_with_its_date",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("despatched_on", None), ("signed", None)),
                            models.Q(("number", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="letter_goes_out_with_a_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("despatched_on", None), ("way", "")),
                            models.Q(
                                models.Q(("way", ""), _negated=True),
                                ("despatched_on__gte", models.F("registered_on")),
                                ("despatched_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="letter_despatched_some_way",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("message__isnull", False), ("referral", None), ("reply", None), ("request", None)
                            ),
                            models.Q(
                                ("message", None), ("referral", None), ("reply__isnull", False), ("request", None)
                            ),
                            models.Q(
                                ("message", None), ("referral__isnull", False), ("reply", None), ("request", None)
                            ),
                            models.Q(
                                ("message", None), ("referral", None), ("reply", None), ("request__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="letter_carries_one_text",
                    ),
                ],
            },
        ),
    ]
