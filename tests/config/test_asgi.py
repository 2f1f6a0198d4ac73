"""The process of a web server, as `config.asgi` leaves it."""

import subprocess
import sys

LARGE = 100_000
"""Objects: less than half of what settings, pages and libraries are."""


def test_what_is_loaded_is_not_collected_again_and_again() -> None:
    said = subprocess.run(
        [sys.executable, "-c", "import gc, config.asgi; print(gc.get_freeze_count())"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(said.stdout.split()[-1]) > LARGE
