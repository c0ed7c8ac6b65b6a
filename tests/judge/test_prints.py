"""What the reference of causes says that go prints, go prints."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from goproxy_exporter.diagnosis.advice import ADVICE
from goproxy_exporter.model.cause import Code
from goproxy_exporter.simulator.extensions import Database
from goproxy_exporter.simulator.faults import FAULTS
from goproxy_exporter.simulator.modules import INCOMPATIBLE, STABLE, UPPERCASE
from goproxy_exporter.simulator.world import World

Go = Callable[..., Awaitable[Any]]
AT_ONCE = 3

VARIANTS = {
    # These show only to who asks by name, and have a variant that shows to who asks by address.
    Code.REDIRECT_TARGET_UNREACHABLE: "redirect.target_unreachable/refused",
    # The line names one of several statuses, or one of several files.
    Code.HTTP_5XX: "http.5xx/502",
    Code.SUMDB_SUPPORTED_ERROR: "sumdb.supported_error/403",
    Code.INTEGRITY_CONTENT_ENCODING: "integrity.content_encoding/mod",
}
CANARIES = {Code.ENCODING_CASE: UPPERCASE, Code.ENCODING_PLUS: INCOMPATIBLE}
COMMANDS = {
    Code.SEMANTICS_NOTFOUND_IS_ERROR: ("get", f"{STABLE[0]}/zz-none"),
    Code.INTEGRITY_LIST_INVALID: ("mod", "download", f"{STABLE[0]}@latest"),
    Code.TOOLCHAIN_UNAVAILABLE: ("list", "-m", "toolchain@latest"),
}
"""What meets causes that a download of one version does not."""
SELDOM = {
    Code.INTEGRITY_LIST_INVALID: ("/short", f"{INCOMPATIBLE[0]}@latest", "canonical"),
}
"""Variants for which go prints another of the alternatives: what is asked for, and a part of it."""
NOT_SEEN = {
    Code.DNS_NXDOMAIN: "go is given no nameserver here",
    Code.DNS_TIMEOUT: "the same",
    Code.DNS_FAILURE: "the same",
    Code.TRANSPORT_UNREACHABLE: "the fault lies in the name",
    Code.TRANSPORT_TIMEOUT: "go waits for ever",
    Code.HTTP_5XX_INTERMITTENT: "as http.5xx, now and then",
    Code.SEMANTICS_COLD_MISS_404: "as module.missing, the first time",
    Code.SUMDB_UNREACHABLE: "it depends on why",
    Code.SUMDB_LOOKUP_STALE: "only fresh versions show it",
    Code.SUMDB_FORK: "only who remembers another tree sees it",
    Code.FRESHNESS_NEGATIVE_CACHE: "only fresh versions show it",
    Code.EDGE_INCONSISTENT: "go asks one address",
    Code.VULNDB_UNREADABLE: "govulncheck prints it, not go",
    Code.VULNDB_INCOMPLETE: "the same",
    Code.VULNDB_STALE: "the same",
}
"""Causes whose lines are not compared, and why."""


def compared() -> list[Code]:
    return [code for code in Code if ADVICE[code].prints and code not in NOT_SEEN]


def patterns(prints: str) -> list[re.Pattern[str]]:
    """Read a line of the reference: alternatives, remarks in brackets, names of what varies."""
    bare = re.sub(r" \([^()]*\)", "", prints)
    return [re.compile(_pattern(one), re.DOTALL) for one in re.split(r",? or:? |; ", bare)]


def _pattern(line: str) -> str:
    text = re.escape(line.strip())
    for varies in ("M/", "HOST", "ADDRESS", "TARGET", "NAME", "PATH", "VERSION"):
        text = re.sub(rf"\b{re.escape(re.escape(varies))}", r"\\S+", text)
    text = text.replace(r'"M"', r'"\S+"')
    return re.sub(r"(?:\\ )?…(?:\\ )?", ".*?", text)


async def test_the_go_command_prints_it(go: Go, tmp_path: Path) -> None:
    """Each part of the line is in what go prints under the fault of that code."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def judged(code: Code) -> str | None:
        async with turn:
            output = await _printed(code, go)
        wanted = patterns(ADVICE[code].prints)
        if any(one.search(output) for one in wanted):
            return None
        return f"{code}: {[one.pattern for one in wanted]} is not in\n{output}"

    told = await asyncio.gather(*map(judged, compared()))
    wrong = [line for line in told if line]
    assert not wrong, "\n\n".join(wrong)


async def _printed(code: Code, go: Go) -> str:
    module, version = CANARIES.get(code, STABLE)
    command = COMMANDS.get(code, ("mod", "download", f"{module}@{version}"))
    return await _under(VARIANTS.get(code, str(code)), command, go)


async def _under(fault: str, command: tuple[str, ...], go: Go) -> str:
    database = Database()
    mirror = FAULTS[fault].only[0] if FAULTS[fault].only else "goproxy"
    mirror = "goproxy" if mirror == "mirror" else mirror
    terms: dict[str, Any] = {"mirrors": (mirror,), "faults": {mirror: (fault,)}}
    async with World.open(**terms, extensions=(database,)) as world:
        env = {
            "GOPROXY": world.url(mirror, address="127.0.0.1"),
            "GOSUMDB": database.key("127.0.0.1"),
        }
        ran = await go(*command, ca_file=world.ca_file, env=env)
    assert ran.code, f"{fault}: go is content: {ran.output}"
    return str(ran.output)


async def test_it_prints_the_other_lines_too(go: Go) -> None:
    """Where a line of the reference has alternatives that one fault cannot show, another does."""
    for code, (variant, asked, part) in SELDOM.items():
        output = await _under(f"{code}{variant}", ("mod", "download", asked), go)
        (wanted,) = (one for one in patterns(ADVICE[code].prints) if part in one.pattern)
        assert wanted.search(output), f"{wanted.pattern} is not in\n{output}"


def test_every_line_is_compared_or_has_a_reason() -> None:
    """Where the reference says that go prints nothing there is nothing to compare."""
    assert len(compared()) >= 25
    assert all(ADVICE[code].prints for code in NOT_SEEN if not code.startswith("vulndb."))
