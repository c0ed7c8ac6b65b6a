"""Which settings do URLs and GOPROXY values on a command line give?"""

from collections.abc import Iterable
from dataclasses import replace

from goproxy_exporter.config.beats import checks_of
from goproxy_exporter.config.beyond import OFF, chain_of, checks_of_entries, checksum_databases
from goproxy_exporter.config.credentials import INSECURE, login_of
from goproxy_exporter.config.goproxy import web_urls, without_credentials
from goproxy_exporter.config.gosumdb import check_gosumdb
from goproxy_exporter.config.reference import flagged
from goproxy_exporter.config.settings import Settings
from goproxy_exporter.config.urls import Url, parse_url
from goproxy_exporter.errors import ConfigError, Problem
from goproxy_exporter.model.mirror import Mirror
from goproxy_exporter.model.names import CheckName
from goproxy_exporter.wire.redact import redact

CHAIN_NAME = "goproxy"
"""What a GOPROXY value from the command line is called."""


def ad_hoc(urls: Iterable[str], base: Settings, *, implemented: frozenset[CheckName]) -> Settings:
    """Give settings with these URLs as the only mirrors, each named after its host and path.

    A URL that is configured keeps its terms. Raises ConfigError with a problem for each bad one.
    """
    mirrors: dict[str, Mirror] = {}
    problems: list[Problem] = []
    for text in urls:
        try:
            url = parse_url(text)
            mirrors.setdefault(url.name, _mirror(url, base))
        except ValueError as error:
            problems.append(_problem(redact(text), error))
    if problems:
        raise ConfigError(tuple(problems))
    asked = flagged(mirrors.values(), base.reference_url)
    checks = (
        check for each in asked for check in checks_of(each, base.terms, implemented=implemented)
    )
    return replace(base, mirrors=asked, checks=frozenset(checks), chains=(), databases=())


def ad_hoc_goproxy(
    value: str,
    base: Settings,
    *,
    implemented: frozenset[CheckName],
    gonoproxy: str = "",
    gonosumdb: str = "",
    gosumdb: str = "",
) -> Settings:
    """Give settings with every URL of a GOPROXY value as a mirror, and the value as the one chain.

    The texts are as in the variables of that name; an empty one says nothing. Raises ConfigError.
    """
    try:
        urls = web_urls(value)
    except ValueError as error:
        raise ConfigError((_problem("GOPROXY", error),)) from error
    try:
        database = check_gosumdb(gosumdb) if gosumdb.strip() else None
    except ValueError as error:
        raise ConfigError((_problem("GOSUMDB", error),)) from error
    if database is not None:
        base = _verifying_with(None if database == OFF else database, base)
    settings = _telling_no_name_of(gonosumdb, ad_hoc(urls, base, implemented=implemented))
    chain = chain_of(
        CHAIN_NAME,
        without_credentials(value),
        base.terms,
        gonoproxy=gonoproxy,
        gonosumdb=gonosumdb,
        gosumdb=database,
    )
    more = checks_of_entries((chain,), settings.checks, base.terms, implemented=implemented)
    return replace(settings, chains=(chain,), checks=settings.checks | frozenset(more))


def _telling_no_name_of(gonosumdb: str, settings: Settings) -> Settings:
    """Give settings under which checksum databases hear nothing of these modules."""
    known = {one.name: replace(one, gonosumdb=gonosumdb) for one in settings.mirrors}
    checks = (replace(check, mirror=known[check.mirror.name]) for check in settings.checks)
    return replace(settings, mirrors=tuple(known.values()), checks=frozenset(checks))


def _verifying_with(database: str | None, base: Settings) -> Settings:
    """Give settings whose mirrors are asked for this checksum database."""
    mirrors = (replace(mirror, checksum_database=database) for mirror in base.mirrors)
    terms = replace(base.terms, checksum_database=database)
    return replace(
        base,
        terms=terms,
        mirrors=tuple(mirrors),
        checksum_database=database,
        databases=checksum_databases((database,), terms),
    )


def _mirror(url: Url, base: Settings) -> Mirror:
    """Give a mirror for a URL: on configured terms where it is configured, else on general ones."""
    login, headers = login_of(url, "inline")
    if (login or headers) and url.scheme == "http":
        raise ValueError(INSECURE)
    for known in base.mirrors:
        if known.url.rstrip("/") == str(url).rstrip("/"):
            mirror = replace(known, name=url.name)
            break
    else:
        terms = base.terms
        mirror = Mirror(
            name=url.name,
            url=str(url),
            access=terms.access,
            canaries=terms.canaries,
            thresholds=terms.thresholds,
            budget=terms.budget,
            checksum_database=terms.checksum_database,
        )
    if not login and not headers:
        return mirror
    # Credentials on the command line replace configured ones, in whatever form those are.
    others = tuple(each for each in mirror.access.headers if each[0] != "authorization")
    access = replace(mirror.access, credentials=login, headers=(*others, *headers))
    return replace(mirror, access=access)


def _problem(path: str, error: ValueError) -> Problem:
    # A validator's reason may have a place for the value; the path says it already.
    return Problem("", None, None, path, str(error).replace("{}", "it"))
