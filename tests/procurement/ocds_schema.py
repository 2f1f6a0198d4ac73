"""The rules of OCDS 1.1.5, offline: the schema that its publisher gives, and nothing beside it but what is declared."""

import json
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft4Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT4

_FOLDER = Path(__file__).parent / "data" / "ocds-1.1.5"
_FORMATS = FormatChecker(formats=())
# The two extensions that a package declares: the field that each adds, and what stands in it.
_EXTENSIONS = {"bids", "links"}


@_FORMATS.checks("date-time", raises=ValueError)
def _moment(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@_FORMATS.checks("uri", raises=ValueError)
def _address(value: object) -> bool:
    return not isinstance(value, str) or bool(urlsplit(value).scheme and urlsplit(value).netloc)


@cache
def _schema(name: str) -> Any:
    return json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))


@cache
def _validator() -> Draft4Validator:
    release = _schema("release-schema")
    registry = Registry().with_resource(release["id"], DRAFT4.create_resource(release))
    return Draft4Validator(_schema("release-package-schema"), registry=registry, format_checker=_FORMATS)


def faults_of(package: Any) -> list[str]:
    """What the schema refuses, with where it stands."""
    return [f"{fault.json_path}: {fault.message}" for fault in _validator().iter_errors(package)]


def unknown_fields(package: Any) -> set[str]:
    """Fields that neither the schema nor a declared extension knows: the schema itself lets any pass."""
    beside = package.keys() - _schema("release-package-schema")["properties"].keys() - _EXTENSIONS
    release = _schema("release-schema")
    return {*beside, *(name for each in package["releases"] for name in _unknown(each, release))}


def _unknown(value: Any, rule: Any) -> Iterator[str]:
    rule = _resolved(rule)
    if isinstance(value, list):
        for each in value:
            yield from _unknown(each, rule.get("items", {}))
    elif isinstance(value, dict):
        for name, each in value.items():
            if name in rule.get("properties", {}):
                yield from _unknown(each, rule["properties"][name])
            elif name not in _EXTENSIONS:
                yield name


def _resolved(rule: Any) -> Any:
    if "$ref" in rule:
        rule = _schema("release-schema")["definitions"][rule["$ref"].rsplit("/", 1)[1]]
    return rule
