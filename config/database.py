"""Django's settings for one PostgreSQL, from an address; and what this house demands of the server behind it."""

from collections.abc import Sequence
from typing import Any

import dj_database_url
from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

OLDEST_SERVER = 15
POOL_SIZE = 20
# Left for psql, backups and the commands that people run beside the server.
SPARE_CONNECTIONS = 8
# What procrastinate's worker opens for itself, beside one connection for each of its threads.
WORKER_CONNECTIONS = 5
# A relay has one that listens and one that works.
RELAY_CONNECTIONS = 2


def from_url(url: str) -> dict[str, Any]:
    """Settings for the database at `url`.

    In: a `postgresql://` address (a unix socket as `?host=/folder`). Out: a `DATABASES` entry that uses psycopg's pool:
    without one, 150 requests at once exhaust the server's connections; with one a request waits for its turn and a
    time-out is a 503.
    """
    settings: dict[str, Any] = dict(dj_database_url.parse(url))
    options = settings.get("OPTIONS", {})
    if "host" in options:  # `manage.py dbshell` reads HOST only
        settings["HOST"] = options.pop("host")
    settings["CONN_MAX_AGE"] = 0
    # The pool hands out only connections that answer: a restarted server is not seen by anyone.
    settings["CONN_HEALTH_CHECKS"] = True
    settings["OPTIONS"] = {**options, "pool": {"min_size": 1, "max_size": POOL_SIZE, "timeout": 10}}
    # A test database must be UTF-8 even where the server's own template is not.
    settings["TEST"] = {"TEMPLATE": "template0", "CHARSET": "UTF8"}
    return settings


def connections_needed(*, web_processes: int, worker_processes: int, worker_threads: int, relays: int) -> int:
    """How many connections the installation may open at once: the sum that `max_connections` must hold.

    A web process has its pool and one listener.
    """
    web = web_processes * (POOL_SIZE + 1)
    worker = worker_processes * (WORKER_CONNECTIONS + worker_threads)
    return web + worker + relays * RELAY_CONNECTIONS + SPARE_CONNECTIONS


def unfit(encoding: str, version: int) -> str:
    """Why a server cannot hold this installation's data; "" when it can.

    In: its `server_encoding`, and its version as libpq gives it (150004 for 15.4).
    """
    if version // 10000 < OLDEST_SERVER:
        return f"PostgreSQL {OLDEST_SERVER} or later is needed, and this server is {version // 10000}."
    if encoding != "UTF8":
        return (
            f"The database has the encoding {encoding}, in which Thai is cut or refused: "
            "create it with CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8'."
        )
    return ""


def refuse_unfit(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """At every new connection, from what the server announced anyway: no query is spent.

    Raises ImproperlyConfigured.
    """
    if connection.vendor != "postgresql" or connection.connection is None:
        return
    info = connection.connection.info
    if reason := unfit(info.parameter_status("server_encoding"), info.server_version):
        connection.close()  # or the next caller would find it open and go on
        raise ImproperlyConfigured(reason)


connection_created.connect(refuse_unfit, dispatch_uid="config.database.refuse_unfit")


@register(Tags.database)
def check_connections(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001 - Django names it
    databases: Sequence[str] | None = None,
    **_: Any,
) -> list[CheckMessage]:
    """At migrate, serve and `check --database default`: the server must have room for the whole installation."""
    from django.conf import settings

    needed = connections_needed(
        web_processes=settings.WEB_PROCESSES,
        worker_processes=settings.WORKER_PROCESSES,
        worker_threads=settings.WORKER_THREADS,
        relays=settings.RELAY_PROCESSES,
    )
    found: list[CheckMessage] = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute("SHOW max_connections")
            room = int(cursor.fetchone()[0])
        if room < needed:
            found.append(
                Error(
                    f"max_connections is {room}, and this installation may need {needed} at once.",
                    hint="Raise max_connections, or let fewer processes or threads run (docs/running.md).",
                    id="sodsong.E001",
                )
            )
    return found
