"""Durations on the command line, written as in the configuration."""

import click

from goproxy_exporter.config.units import parse_duration


class DurationType(click.ParamType[float]):
    """Parses ``30s``, ``1h30m`` into seconds."""

    name = "DURATION"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Refuse what is not a duration, or not above zero, with the parser's own words."""
        if isinstance(value, float):
            return value
        try:
            seconds = parse_duration(str(value))
        except ValueError as error:
            self.fail(str(error).format(repr(value)), param, ctx)
        if seconds <= 0:
            self.fail(f"{value!r} is no time at all", param, ctx)
        return seconds
