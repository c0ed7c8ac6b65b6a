"""One town for all tests here: it takes longer to build than to live in."""

import shutil
from collections.abc import Iterator

import pytest
from town import Town, built
from uplink import uplink


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Mirrors, exporter, Prometheus and Alertmanager with the shipped files, and an inbox."""
    prometheus = shutil.which("prometheus")
    alertmanager = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
    if prometheus is None:
        pytest.skip("prometheus is not here: apt-get install prometheus")
    if alertmanager is None:
        pytest.skip("alertmanager is not here: apt-get install prometheus-alertmanager")
    room = tmp_path_factory.mktemp("town")
    with (
        uplink() as link,
        built(room, link, prometheus=prometheus, alertmanager=alertmanager) as town,
    ):
        yield town
