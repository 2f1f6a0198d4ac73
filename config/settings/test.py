"""The tests: a local installation whose database may be emptied."""

from .local import *  # noqa: F403 - this file is local plus what differs
from .local import DATABASES

# The ledger's TRUNCATE trigger lets only a connection with this setting empty it, as Django does between tests.
DATABASES["default"]["OPTIONS"]["options"] = "-c sodsong.test_database=on"
# Real hashing takes a second for every sign-in.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
