"""For whom a request exists because of the complaint it is about."""

from django.db.models import QuerySet

from complaints.models import RequestCase
from organisations.models import User
from workflows.queries import visible_to


def asked_by(user: User) -> QuerySet[RequestCase]:
    """The requests about complaints that `user` has in hand: he is told of them, though they lie in another unit. Of a
    complaint that does not exist for him he is told nothing, whether anybody has noticed yet or not."""
    in_hand = visible_to(user, "complaint").filter(holder=user)
    return RequestCase.objects.filter(request__complaint__in=in_hand.values("pk"))
