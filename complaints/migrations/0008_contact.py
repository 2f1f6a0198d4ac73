import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complaints", "0007_monthly_report")]
    operations = [
        migrations.CreateModel(
            name="Contact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("road", models.CharField(choices=[("email", "E-mail"), ("line", "LINE")], max_length=10)),
                ("sealed", models.BinaryField()),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="contacts", to="complaints.complaint"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("complaint", "road"), name="one_contact_a_road"),
                    models.CheckConstraint(
                        condition=models.Q(("road__in", ["email", "line"])), name="contact_is_of_a_person"
                    ),
                ],
            },
        ),
    ]
