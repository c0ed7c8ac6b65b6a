"""Which command runs, and which exit code the shell sees."""

import gc
import io
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from goproxy_exporter import GO_SEMANTICS, __version__
from goproxy_exporter.errors import ConfigError
from goproxy_exporter.report.report import EXIT_INTERRUPTED, EXIT_OK, EXIT_USAGE

DEFAULT_COMMAND = "run"
COMMANDS = ("check-config", "probe", "relay", "run", "simulate")


class Commands(click.Group):
    """A group whose first command may be left out, and that imports none but the one that runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Give the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import a command with all that it needs; None where there is none of this name."""
        return _imported(cmd_name) if cmd_name in COMMANDS else None

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `run` in front unless a command, or the group's own help or version, is asked for."""
        own = {"-h", "--help", "--version"}
        if not args or (args[0].startswith("-") and args[0] not in own):
            args = [DEFAULT_COMMAND, *args]
        return super().parse_args(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(
    __version__, message=f"goproxy-exporter %(version)s (go semantics {GO_SEMANTICS})"
)
def commands() -> None:
    """Watch Go module mirrors the way the go command uses them.

    Without a command: `run`.
    """


def _imported(name: str) -> click.Command:
    """Import a command. To look for garbage meanwhile would take a tenth of the time."""
    module = name.replace("-", "_")
    collects = gc.isenabled()
    gc.disable()
    try:
        command: click.Command = getattr(import_module(f"goproxy_exporter.cli.{module}"), module)
    finally:
        if collects:
            gc.enable()
    return command


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and give its exit code: 2 for usage and configuration errors."""
    _be_lenient(sys.stdout)
    try:
        code = commands.main(
            args=None if argv is None else list(argv),
            prog_name="goproxy-exporter",
            standalone_mode=False,
        )
    except click.ClickException as error:
        error.show()
        return EXIT_USAGE
    except ConfigError as error:
        click.echo(str(error), err=True)
        return EXIT_USAGE
    except (click.Abort, KeyboardInterrupt):
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of our output went away: nothing is left to say, also not by the interpreter.
        sys.stdout = None
        return EXIT_OK
    return code if isinstance(code, int) else EXIT_OK


def _be_lenient(stream: object) -> None:
    """Have a question mark written for what the locale's encoding lacks, rather than fail."""
    if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
        stream.reconfigure(errors="replace")
