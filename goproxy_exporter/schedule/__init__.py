"""Which check runs when."""

from goproxy_exporter.schedule.arithmetic import Plan, plan
from goproxy_exporter.schedule.schedule import Perform, Schedule

__all__ = ["Perform", "Plan", "Schedule", "plan"]
