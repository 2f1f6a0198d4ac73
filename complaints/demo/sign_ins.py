"""The sheet of sign-ins and receipts that a newcomer is given."""

from collections.abc import Iterable
from pathlib import Path

from django.utils import translation

from organisations.demo.people import PASSWORD, SIGN_INS
from organisations.models import Role

from .plan import Story
from .play import receipt_of

# What can be tried with a receipt, by the state of the complaint.
_TRY = {
    "awaiting_complainant": ("ตอบคำถามของเจ้าหน้าที่", "answer a question"),
    "replied": ("ให้คะแนนหรือขอทบทวน", "rate, or ask for a review"),
    "investigating": ("ติดตามและเขียนข้อความ", "follow, and write a message"),
}


# What few people see, and one of them.
_SEEN_BY = (
    ("เรื่องที่บุคลากรแจ้งทางสายตรงผู้บริหาร /overview/hotline/", "matters of the staff's hotline", "moiac.appr"),
    ("เรื่องที่รอลบข้อมูล /cases/to-be-erased/", "cases to be erased", "custodian"),
)


def write_sign_ins(path: Path, stories: Iterable[Story], others: Iterable[str] = ()) -> None:
    """Write a line a role (Thai, English, user name, password), `others` and a few receipts to `path`, readable by its
    owner."""
    lines = ["ผู้ใช้ตัวอย่าง เข้าสู่ระบบที่ /account/login/ · demo sign-ins, at /account/login/"]
    lines += [f"{_both(role)}: {username} / {PASSWORD}" for role, username in SIGN_INS]
    lines += [f"{thai} · {english}: {username} / {PASSWORD}" for thai, english, username in _SEEN_BY]
    lines += others
    lines += ["", "รหัสติดตามเรื่องตัวอย่าง · receipts to follow a complaint with"]
    first = {story.target: story for story in reversed(list(stories)) if _can_be_tried(story)}
    for state, (thai, english) in _TRY.items():
        if story := first.get(state):
            lines.append(f"{receipt_of(story.number).text}  {thai} · {english}")
    path.touch(mode=0o600)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _can_be_tried(story: Story) -> bool:
    said_already = {"rate", "request_review"} & {act.edge for act in story.acts}
    return story.begin.online and not story.protected and not said_already


def _both(role: Role) -> str:
    with translation.override("th"):
        thai = str(role.label)
    with translation.override("en"):
        english = str(role.label)
    return english if thai == english else f"{thai} · {english}"
