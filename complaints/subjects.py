"""What a queue shows of a text."""

from organisations.formats import beginning

SUBJECT_LENGTH = 120


def subject_of(statement: str) -> str:
    """The first line of a statement, cut to what a queue can show."""
    first = next((line.strip() for line in statement.splitlines() if line.strip()), "")
    return beginning(first, SUBJECT_LENGTH)
