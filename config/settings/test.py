"""The tests: a local installation whose database may be emptied."""

import os
from datetime import UTC, datetime, timedelta

from .local import *  # noqa: F403 - this file is local plus what differs
from .local import CACHES, DATABASES

# The ledger's TRUNCATE trigger lets only a connection with this setting empty it, as Django does between tests.
DATABASES["default"]["OPTIONS"]["options"] = "-c sodsong.test_database=on"
# Real hashing takes a second for every sign-in.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Wake-ups go by PostgreSQL, whatever the machine has; the servers of the live tests are told to use Redis one by one.
REDIS_URL = ""
# The tests of the scanner bring their own.
CLAMAV, CLAMAV_REQUIRED = "", False

# What a test changes shows at once; the tests of the copies bring their own.
CACHES["files"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}

# A test run is one day: near midnight in Bangkok it lives five hours east of it, where the morning has begun.
# What the run starts (servers, commands, other workers) inherits the choice.
BANGKOK = timedelta(hours=7)
_hour = (datetime.now(UTC) + BANGKOK).hour
TIME_ZONE = os.environ.setdefault("SODSONG_TEST_ZONE", "Etc/GMT-12" if _hour >= 21 else "Asia/Bangkok")
