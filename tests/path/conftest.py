"""One town for all tests here: it takes longer to build than to live in."""

from collections.abc import Iterator

import pytest
from programs import needed
from town import Town, built
from uplink import uplink


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Mirrors, exporter, Prometheus and Alertmanager with the shipped files, and an inbox."""
    prometheus = needed("prometheus")
    alertmanager = needed("prometheus-alertmanager", "alertmanager")
    room = tmp_path_factory.mktemp("town")
    with (
        uplink() as link,
        built(room, link, prometheus=prometheus, alertmanager=alertmanager) as town,
    ):
        yield town
