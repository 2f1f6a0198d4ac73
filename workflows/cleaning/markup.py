"""XML of office files: read without anything that reaches out or grows, and written again as it was."""

from collections.abc import Iterable
from typing import Any

from lxml import etree

from workflows.cleaning.outcome import Unfit


def read_xml(content: bytes) -> Any:
    """The root element.

    Raises MemoryError, and Unfit for what is no XML and for a document type: no office program writes one, and it is
    what entities that grow, and files from elsewhere, come in by.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_blank_text=False
    )
    if b"<!DOCTYPE" in content[:4096]:
        raise Unfit("damaged")
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        if error.code == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        raise Unfit("damaged") from error
    if root.getroottree().docinfo.doctype:
        raise Unfit("damaged")
    return root


def write_xml(root: Any) -> bytes:
    """The document of this root as UTF-8."""
    tree = root.getroottree()
    alone = tree.docinfo.standalone or None
    written: bytes = etree.tostring(tree, encoding="UTF-8", xml_declaration=True, standalone=alone)
    return written


def local(element: Any) -> str:
    """The name without its namespace; "" for a comment or an instruction."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def drop(elements: Iterable[Any]) -> None:
    """Take elements out, and leave the text that follows them."""
    for element in list(elements):
        parent = element.getparent()
        if parent is None:
            continue
        if element.tail:
            before = element.getprevious()
            if before is None:
                parent.text = (parent.text or "") + element.tail
            else:
                before.tail = (before.tail or "") + element.tail
        parent.remove(element)
