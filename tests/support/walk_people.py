"""Who else works where the walk goes."""

from organisations.actions import rebuild_reach
from organisations.models import Role, Unit
from tests.support.world import World, make_person, make_unit


def more_people(world: World) -> None:
    """Enough of them that nothing stands still because one person is concerned."""
    neighbour = make_unit("NEI", under=world.province)
    centre = make_unit("ACC2", Unit.Kind.ANTI_CORRUPTION, under=world.department)
    rebuild_reach()
    for name, unit, *roles in (
        ("officer3", world.district, Role.OFFICER),
        ("asked_clerk", world.other, Role.OFFICER, Role.SCREENER),
        ("asked_head", world.other, Role.HEAD),
        ("neighbour", neighbour, Role.OFFICER, Role.SCREENER),
        ("neighbour_head", neighbour, Role.HEAD, Role.APPROVER),
        ("above_officer", world.province, Role.OFFICER, Role.SCREENER),
        ("above_head", world.province, Role.HEAD),
        ("centre_officer2", world.centre, Role.OFFICER),
        ("centre_officer3", world.centre, Role.OFFICER),
        ("centre_head", world.centre, Role.HEAD),
        ("second_centre", centre, Role.SCREENER, Role.OFFICER, Role.HEAD),
        ("second_approver", centre, Role.APPROVER),
        ("department_screener", world.department, Role.SCREENER, Role.OFFICER),
        ("department_head", world.department, Role.HEAD, Role.APPROVER),
    ):
        make_person(name, unit, *roles)
