"""Status classes."""

from typing import Any

from goproxy_exporter.gomod.status import Class, classify

NAMES = {"success": Class.SUCCESS, "not_exist": Class.NOT_EXIST, "error": Class.STOP}


def test_vectors(vectors: dict[str, Any]) -> None:
    """Every listed status is classed as go was seen to class it."""
    for case in vectors["proxy_status_class"]["cases"]:
        assert classify(case["status"]) is NAMES[case["class"]], case


def test_all_the_rest_stops() -> None:
    """One status is a success, two mean absence, and every other one stops."""
    classes = {status: classify(status) for status in range(1000)}
    assert [status for status, one in classes.items() if one is Class.SUCCESS] == [200]
    assert [status for status, one in classes.items() if one is Class.NOT_EXIST] == [404, 410]
