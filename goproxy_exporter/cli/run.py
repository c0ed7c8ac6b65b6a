"""``run``: the daemon."""

import sys
from pathlib import Path

import click
import uvloop

from goproxy_exporter.app.daemon import Options, serve
from goproxy_exporter.cli.duration import DurationType
from goproxy_exporter.cli.logs import LogFormat, configure
from goproxy_exporter.cli.options import config_file_option, log_options

DEFAULT_PORT = 10130
SWITCH_INTERVAL = 0.0001
"""Seconds for which a thread may keep the event loop waiting. Python's own 5 ms show in latencies
that are measured while a configuration is read or an archive is looked at."""


@click.command()
@config_file_option
@click.option(
    "--web.listen-address",
    "listen",
    multiple=True,
    default=(f":{DEFAULT_PORT}",),
    show_default=True,
    metavar="ADDR",
    help="Address to serve on, host:port; repeatable.",
)
@click.option(
    "--web.config.file",
    "web_config_file",
    type=click.Path(path_type=Path),
    help="TLS and basic authentication, in the format of the Prometheus exporters.",
)
@click.option(
    "--web.systemd-socket",
    "systemd_socket",
    is_flag=True,
    help="Serve on the sockets that systemd passes instead.",
)
@click.option("--no-schedule", is_flag=True, help="Run checks only when /probe asks for them.")
@click.option(
    "--config.enable-auto-reload",
    "auto_reload",
    is_flag=True,
    help="Reload when a configuration file changes.",
)
@click.option(
    "--config.auto-reload-interval",
    "auto_reload_interval",
    default="30s",
    show_default=True,
    type=DurationType(),
    help="How often the files are looked at.",
)
@click.option(
    "--grace",
    default="1s",
    show_default=True,
    type=DurationType(),
    help="Time that running checks have to end after SIGTERM.",
)
@log_options("info")
def run(  # noqa: PLR0913 - one parameter for each option
    *,
    config_file: Path | None,
    listen: tuple[str, ...],
    web_config_file: Path | None,
    systemd_socket: bool,
    no_schedule: bool,
    auto_reload: bool,
    auto_reload_interval: float,
    grace: float,
    log_level: str,
    log_format: str,
) -> int:
    """Watch the configured mirrors and serve what is seen to Prometheus.

    Exit code: 0 after SIGTERM or Ctrl-C, 2 for a bad configuration, 1 when it cannot listen.
    """
    configure(log_level, LogFormat(log_format))
    options = Options(
        config_file=config_file,
        listen=listen,
        web_config_file=web_config_file,
        systemd_socket=systemd_socket,
        schedule=not no_schedule,
        auto_reload_interval=auto_reload_interval if auto_reload else None,
        grace=grace,
    )
    sys.setswitchinterval(SWITCH_INTERVAL)
    return uvloop.run(serve(options))
