"""Who is gone, where a unit went, where the next step is taken: taken by the clock, the same for every kind of case."""

from workflows import handover

from .common import edge

edge("put_back")(handover.put_back)
edge("follow_unit")(handover.follow_unit)
edge("rise")(handover.rise)
