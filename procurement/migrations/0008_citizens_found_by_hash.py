from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("procurement", "0007_sign_in_links")]

    operations = [
        migrations.AddIndex("citizen", models.Index(fields=["id_hash"], name="citizens_by_id_hash")),
        migrations.AddIndex("citizen", models.Index(fields=["email_hash"], name="citizens_by_email_hash")),
        migrations.AddIndex("citizen", models.Index(fields=["phone_hash"], name="citizens_by_phone_hash")),
        migrations.AddIndex("citizen", models.Index(fields=["applied_at"], name="citizens_by_application")),
    ]
