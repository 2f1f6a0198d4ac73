"""A name of an address means one page: of two with one name Django finds the last, and links to the other break."""

from collections import defaultdict

from django.urls import URLPattern, URLResolver, get_resolver


def test_no_two_pages_have_one_name() -> None:
    found: dict[str, set[object]] = defaultdict(set)

    def walk(resolver: URLResolver) -> None:
        for row in resolver.url_patterns:
            if isinstance(row, URLPattern):
                if row.name:
                    found[row.name].add(row.callback)
            elif not row.namespace:
                walk(row)

    walk(get_resolver())
    assert len(found) > 100
    assert {name: views for name, views in found.items() if len(views) > 1} == {}
