"""`python -m workflows.cleaning pdf|office`: a document by standard input, what came of it by standard output.

First a line of JSON, `{"refused": code}` or `{"extension": …, "said": […]}`, then the bytes to keep.
"""

import json
import resource
import sys
from collections.abc import Callable

MEMORY = 1536 * 1024 * 1024
SECONDS = 20


def main(kind: str) -> None:
    """Clean one document within `MEMORY` bytes and `SECONDS` of the processor, without writing any file."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        # What is read here is not sealed yet: nothing of it goes to a disk, not even when the process dies.
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    from workflows.cleaning.office import clean_office
    from workflows.cleaning.outcome import Cleaned, Unfit
    from workflows.cleaning.pdf import clean_pdf

    cleaners: dict[str, Callable[[bytes], Cleaned]] = {"pdf": clean_pdf, "office": clean_office}
    out = sys.stdout.buffer
    try:
        cleaned = cleaners[kind](sys.stdin.buffer.read())
    except Unfit as refusal:
        out.write(json.dumps({"refused": refusal.code}).encode() + b"\n")
        return
    out.write(json.dumps({"extension": cleaned.extension, "said": cleaned.said}).encode() + b"\n")
    out.write(cleaned.data)


main(sys.argv[1])
