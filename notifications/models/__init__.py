"""What people are told, by which roads it leaves the house, and how each of them wants to be told."""

from .choice import Choice, DigestTime, LineAccount, LineCode
from .delivery import Delivery, DeliveryLine, Road, RoadState, Webhook
from .notice import Notice, NoticeCounter

__all__ = [
    "Choice",
    "Delivery",
    "DeliveryLine",
    "DigestTime",
    "LineAccount",
    "LineCode",
    "Notice",
    "NoticeCounter",
    "Road",
    "RoadState",
    "Webhook",
]
