"""What probes there are, and how much they read."""

from goproxy_exporter.diagnosis.question import Form
from goproxy_exporter.model.names import CheckName
from goproxy_exporter.probes import PROBES
from goproxy_exporter.probes.asking import LIMITS


def test_probes_are_registered() -> None:
    """A check of this room runs its probe by its name."""
    assert {CheckName.ENDPOINTS, CheckName.ZIP, CheckName.LARGE_ZIP, CheckName.EDGES} <= set(PROBES)


def test_every_body_is_bounded() -> None:
    """Every form of body has a cap, and that of zips is the go command's own 500 MiB.

    What is no module's is capped by whoever asks for it.
    """
    assert set(LIMITS) == set(Form) - {Form.FILE}
    assert LIMITS[Form.ZIP] == 524_288_000
