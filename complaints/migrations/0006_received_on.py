from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("complaints", "0005_sent_forms")]
    operations = [migrations.RenameField("complaint", "happened_on", "received_on")]
