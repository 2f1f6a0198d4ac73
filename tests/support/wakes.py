"""What a test's acts would say to the listeners with their commit."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from django.test import TestCase

from workflows.wakeups import WakeUp, _send, parse


@contextmanager
def wakes() -> Iterator[list[WakeUp]]:
    """A list that holds, after the block, every wake-up that its acts would send, in order; none is sent."""
    heard: list[WakeUp] = []
    with TestCase.captureOnCommitCallbacks() as callbacks:
        yield heard
    for callback in callbacks:
        if isinstance(callback, partial) and callback.func is _send:
            wake_up = parse(callback.args[0])
            assert wake_up is not None
            heard.append(wake_up)
