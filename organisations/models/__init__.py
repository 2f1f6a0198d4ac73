"""Who works where: the tree of agencies, posts and their holders, and the working calendar."""

from .calendar import Holiday
from .leave import Leave
from .post import Holding, Post, Role
from .unit import Unit, UnitLink, UnitReach
from .usage import PageUse
from .user import User
from .vacancy import Vacancy

__all__ = ["Holding", "Holiday", "Leave", "PageUse", "Post", "Role", "Unit", "UnitLink", "UnitReach", "User", "Vacancy"]
