"""Board: can what the other boards say be trusted?"""

from grafana_foundation_sdk.builders.dashboard import Row
from grafana_foundation_sdk.builders.stat import Panel as Number
from grafana_foundation_sdk.builders.table import Panel as Table
from grafana_foundation_sdk.models.common import BigValueTextMode
from grafana_foundation_sdk.models.dashboard import DynamicConfigValue

from boards import frame, panel
from boards.columns import joined, measured, styled, worded
from boards.look import ANY_IS_BAD, BAD, GOOD, HOLDS, WARNING, thresholds, words
from boards.query import grown, last, of, over, own, rate

_UP = {"1": ("up", GOOD), "0": ("down", BAD)}
_LOADED = {"1": ("yes", GOOD), "0": ("failed", BAD)}
_LOOP = {None: GOOD, 0.1: WARNING, 1: BAD}


def board() -> frame.Board:
    """Build it."""
    built = frame.board(
        "goproxy-exporter",
        "Exporter",
        "Can what the other boards say be trusted: does the exporter run, in time, with a good "
        "configuration and a network of its own that works?",
    )
    for one in (
        *_numbers(),
        _instances(),
        _problems(),
        _lag(),
        _runs().span(8),
        _late().span(8),
        _skipped().span(8),
    ):
        built.dashboard.with_panel(one)
    built.dashboard.with_row(Row("The process"))
    for one in (_cpu(), _memory(), _files(), _scrape()):
        built.dashboard.with_panel(one.span(6).height(7))
    return built


def _numbers() -> tuple[Number, ...]:
    return (
        panel.number("Reached", "Whether Prometheus reaches every exporter.", "none")
        .with_target(last(f"min({own('up')})"))
        .mappings(words(_UP))
        .no_value("absent"),
        panel.number(
            "Problems of its own",
            "Troubles of the exporter's machine or network. Mirrors are not blamed for them.",
            "short",
        )
        .with_target(last(f"sum(max by (problem) ({own('goproxy_exporter_problem')}))"))
        .thresholds(thresholds(ANY_IS_BAD)),
        panel.number(
            "Configuration loaded",
            "Whether the last attempt to load the configuration succeeded; after a failure the one "
            "before stays in use.",
            "none",
        )
        .with_target(last(f"min({own('goproxy_exporter_config_last_reload_successful')})"))
        .mappings(words(_LOADED)),
        panel.number(
            "Oldest evidence",
            "The worst of all checks: time since its last run, in units of its interval. From three "
            "on a result is too old to be shown.",
            "none",
        )
        .with_target(last(f"max({_age()})"))
        .thresholds(thresholds({None: GOOD, 2: WARNING, 3: BAD}))
        .decimals(1),
        panel.number("Checks run", "Runs of checks per second, all mirrors together.", "ops")
        .with_target(last(f"sum({rate(of('goproxy_check_runs_total'))})"))
        .decimals(1),
        panel.number("Version", "What is running; several during a rollout.", "none")
        .with_target(
            last(
                f"count by (version) ({own('goproxy_exporter_build_info')})",
                "{{version}}",
            )
        )
        .text_mode(BigValueTextMode.NAME),
    )


def _age() -> str:
    age = f"time() - {of('goproxy_check_last_run_timestamp_seconds')}"
    return f"({age}) / {of('goproxy_check_interval_seconds')}"


def _instances() -> Table:
    started = own("process_start_time_seconds")
    loaded = own("goproxy_exporter_config_last_reload_success_timestamp_seconds")
    seen = {
        "A": f"max by (instance) ({own('up')})",
        "B": f"max by (instance, vantage) ({own('goproxy_exporter_info')})",
        "C": f"max by (instance, version, go_semantics) ({own('goproxy_exporter_build_info')})",
        "D": f"time() - max by (instance) ({started})",
        "E": f"time() - max by (instance) ({loaded})",
    }
    table = panel.rows(
        "Exporters",
        "Each exporter: is it reached, where does it look from, what runs there, since when, and "
        "since when with this configuration.",
        seen,
    )
    names = {
        "instance": "instance",
        "A": "reached",
        "vantage": "vantage",
        "version": "version",
        "go_semantics": "rules of go",
        "D": "running for",
        "E": "configured for",
    }
    styles = {
        "reached": worded(HOLDS, back=False),
        "running for": measured("s"),
        "configured for": measured("s"),
    }
    return styled(joined(table, "instance", names), styles).span(24).height(4)


def _problems() -> panel.History:
    problems = f"max by (problem) ({own('goproxy_exporter_problem')})"
    return (
        panel.history(
            "Problems over time",
            "When the exporter's own machine or network was in trouble: what mirrors show then is "
            "not held against them.",
        )
        .with_target(over(problems, "{{problem}}"))
        .mappings(words({"0": ("no", GOOD), "1": ("yes", BAD)}))
    )


def _runs() -> panel.Lines:
    return panel.stacked(
        panel.lines("Runs of checks", "Runs that took place, per second.", "ops").with_target(
            over(f"sum by (check) ({rate(of('goproxy_check_runs_total'))})", "{{check}}")
        )
    ).fill_opacity(40)


def _late() -> panel.Lines:
    return panel.line_at_thresholds(
        panel.lines(
            "Age of evidence",
            "Time since the last run, in units of the check's interval; the oldest of each check. "
            "Below one everything runs in time.",
            "none",
        )
        .with_target(over(f"max by (check) ({_age()})", "{{check}}"))
        .thresholds(thresholds({None: GOOD, 2: WARNING, 3: BAD}))
        .fill_opacity(0)
    )


def _skipped() -> panel.Lines:
    return (
        panel.bars(
            "Checks skipped",
            "Runs that did not take place: a mirror asked for patience (retry_after), its hourly "
            "budget is spent (budget), the exporter is late (overload) or cut off (offline).",
            "short",
        )
        .with_target(
            over(
                f"sum by (reason) ({grown(of('goproxy_checks_skipped_total'))}) > 0",
                "{{reason}}",
            )
        )
        .no_value("No check was skipped.")
    )


def _lag() -> panel.Lines:
    loop = own("goproxy_exporter_event_loop_lag_seconds")
    slip = own("goproxy_exporter_schedule_slip_seconds")
    return panel.line_at_thresholds(
        panel.lines(
            "Lateness",
            "How late the process gets to its work (loop), and how far the latest check is behind "
            "its time (schedule). From 0.1 s of loop lag on latencies are not trusted.",
            "s",
        )
        .with_target(over(f"max by (instance) ({loop})", "loop  {{instance}}"))
        .with_target(over(f"max by (instance) ({slip})", "schedule  {{instance}}", "B"))
        .thresholds(thresholds(_LOOP))
        .fill_opacity(0)
    )


def _cpu() -> panel.Lines:
    return panel.lines(
        "CPU", "Processor time per second: 100 % is one core.", "percentunit"
    ).with_target(
        over(f"sum by (instance) ({rate(own('process_cpu_seconds_total'))})", "{{instance}}")
    )


def _memory() -> panel.Lines:
    return panel.lines("Memory", "Resident memory of the process.", "bytes").with_target(
        over(f"max by (instance) ({own('process_resident_memory_bytes')})", "{{instance}}")
    )


def _files() -> panel.Lines:
    used = f"{own('process_open_fds')} / {own('process_max_fds')}"
    return (
        panel.lines(
            "File descriptors", "Open descriptors of those that are allowed.", "percentunit"
        )
        .with_target(over(f"max by (instance) ({used})", "{{instance}}"))
        .thresholds(thresholds({None: GOOD, 0.8: BAD}))
    )


def _scrape() -> panel.Lines:
    took = f"max by (instance) ({own('scrape_duration_seconds')})"
    count = f"max by (instance) ({own('scrape_samples_scraped')})"
    return (
        panel.lines("Scrapes", "How long a scrape takes, and how many samples it gives.", "s")
        .with_target(over(took, "duration  {{instance}}"))
        .with_target(over(count, "samples  {{instance}}", "B"))
        .override_by_query(
            "B",
            [
                DynamicConfigValue("unit", "short"),
                DynamicConfigValue("custom.axisPlacement", "right"),
            ],
        )
    )
