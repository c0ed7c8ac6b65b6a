"""What does a cause mean, what does the go command print, and what is to be done?"""

from goproxy_exporter.diagnosis.advice_quality import QUALITY
from goproxy_exporter.diagnosis.advice_reach import REACH
from goproxy_exporter.diagnosis.advice_right import RIGHT
from goproxy_exporter.diagnosis.advice_sumdb import SUMDB
from goproxy_exporter.diagnosis.advice_vulndb import VULNDB
from goproxy_exporter.diagnosis.counsel import Counsel
from goproxy_exporter.model.cause import Code

ADVICE: dict[Code, Counsel] = {**REACH, **RIGHT, **SUMDB, **QUALITY, **VULNDB}
"""One entry for every code; `M` stands for the mirror's URL."""
