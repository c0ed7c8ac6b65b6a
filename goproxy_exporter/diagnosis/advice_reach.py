"""What to say about names, connections, certificates, redirects and statuses?"""

from goproxy_exporter.diagnosis.counsel import Counsel
from goproxy_exporter.model.cause import Code

REACH: dict[Code, Counsel] = {
    Code.DNS_NXDOMAIN: Counsel(
        "The mirror's name does not exist, or has no address of a usable family.",
        "Check the spelling in GOPROXY, then the zone and its delegation. If the mirror was "
        "retired, take it out of GOPROXY.",
        'Get "M/…": dial tcp: lookup HOST: no such host',
    ),
    Code.DNS_TIMEOUT: Counsel(
        "No nameserver answers for the mirror's name.",
        "Ask the configured nameservers for another name: if they are silent for all, the fault "
        "is between you and them; if only for this one, the zone's own servers are down.",
        'Get "M/…": dial tcp: lookup HOST: i/o timeout',
    ),
    Code.DNS_FAILURE: Counsel(
        "A nameserver answers for the mirror's name with an error such as SERVFAIL or REFUSED.",
        "Check the zone (DNSSEC, lame delegation) and the resolver's rules. Asking another "
        "resolver tells which of the two it is.",
        'Get "M/…": dial tcp: lookup HOST: server misbehaving',
    ),
    Code.TRANSPORT_REFUSED: Counsel(
        "Every address of the mirror refuses TCP connections on this port.",
        "The server is not running, or a firewall rejects: have the mirror's operator check the "
        "listener. Compare the port with the one in GOPROXY.",
        'Get "M/…": dial tcp ADDRESS: connect: connection refused',
    ),
    Code.TRANSPORT_UNREACHABLE: Counsel(
        "There is no route to any address of the mirror.",
        "Check routing, VPN and firewall between here and the mirror, for IPv4 and IPv6 apart.",
        'Get "M/…": dial tcp ADDRESS: connect: no route to host',
    ),
    Code.TRANSPORT_RESET: Counsel(
        "Connections are broken off before a complete answer has come.",
        "Look for resets at the load balancer and in between (middleboxes, SNI filters), and for "
        "crashes behind it. The address and phase in the evidence say where it breaks.",
        'Get "M/…": …: connection reset by peer, or: EOF, or: unexpected EOF',
    ),
    Code.TRANSPORT_TIMEOUT: Counsel(
        "The mirror stays silent for longer than the go command, or any build, should wait.",
        "The phase in the evidence says where: connect points to a firewall that drops, tls and "
        "processing to a stuck server or one that waits for its upstream.",
        'Get "M/…": dial tcp ADDRESS: i/o timeout; after connecting nothing at all: go waits '
        "for ever",
    ),
    Code.TRANSPORT_H2_STREAM_ERROR: Counsel(
        "The mirror breaks HTTP/2 streams off in a way that the go command does not retry.",
        "Have the operator check the HTTP/2 front end. Where HTTP/1.1 works (see the evidence), "
        "GODEBUG=http2client=0 gets builds through meanwhile.",
        'Get "M/…": stream error: stream ID 13; INTERNAL_ERROR; received from peer',
    ),
    Code.TRANSPORT_PLAINTEXT: Counsel(
        "A public mirror is used over http, so anybody on the way can read and alter answers.",
        "Change the URL in GOPROXY to https. Until then rely on the checksum database, and never "
        "turn it off.",
        "",
    ),
    Code.TLS_EXPIRED: Counsel(
        "A certificate in the chain that the mirror presents has expired.",
        "The operator has to renew and reload it on every edge. Check this machine's clock too.",
        "tls: failed to verify certificate: x509: certificate has expired or is not yet valid: "
        "current time … is after …",
    ),
    Code.TLS_NOT_YET_VALID: Counsel(
        "A certificate in the chain is not valid yet.",
        "Check the clocks here and at the issuer; a certificate that was issued ahead of time "
        "must not be deployed before it starts.",
        "tls: failed to verify certificate: x509: certificate has expired or is not yet valid: "
        "current time … is before …",
    ),
    Code.TLS_WRONG_HOST: Counsel(
        "The certificate is for other names than the mirror's.",
        "Compare the names in the evidence with GOPROXY: the wrong virtual host answers, an alias "
        "is missing in the certificate, or the DNS leads elsewhere.",
        "tls: failed to verify certificate: x509: certificate is valid for …, not HOST",
    ),
    Code.TLS_UNTRUSTED: Counsel(
        "The certificate leads to no authority that is trusted here.",
        "With missing_intermediate the operator has to send the whole chain. With a company's own "
        "authority, add it to the system's roots and to ca_file; otherwise suspect interception.",
        "tls: failed to verify certificate: x509: certificate signed by unknown authority",
    ),
    Code.TLS_HANDSHAKE: Counsel(
        "The mirror and the go command cannot agree on a TLS connection.",
        "The reason in the evidence says what is missing: TLS 1.2 or newer, a modern cipher, a "
        "longer key; plain_http means that the port speaks no TLS at all.",
        "remote error: tls: handshake failure, or: http: server gave HTTP response to HTTPS client",
    ),
    Code.TLS_EXPIRING: Counsel(
        "The verified certificate chain ends soon.",
        "Renew it before the date in the evidence, and see why automatic renewal has not.",
        "",
    ),
    Code.REDIRECT_INSECURE_DOWNGRADE: Counsel(
        "The mirror redirects from https to http, which the go command refuses to follow.",
        "Give the storage or download URL on the mirror's side an https scheme.",
        "redirected from secure URL M/… to insecure URL http://…",
    ),
    Code.REDIRECT_LOOP: Counsel(
        "The mirror redirects more often than the go command follows.",
        "See the chain of hops in the evidence: usually two rules (scheme, host, trailing slash) "
        "undo each other.",
        'Get "…": stopped after 10 redirects',
    ),
    Code.REDIRECT_TARGET_DENIED: Counsel(
        "The mirror redirects to another host, which denies the request.",
        "Check there: expired signatures, region or network policy, hot-link rules. A firewall "
        "that lets only the mirror through has to let its storage host through as well.",
        "reading M/….zip: 403 Forbidden (the mirror's URL, not the target's)",
    ),
    Code.REDIRECT_TARGET_UNREACHABLE: Counsel(
        "The mirror redirects to another host, which does not resolve, connect or verify.",
        "Open the way from here to the target named in the evidence, or have the mirror serve "
        "files itself.",
        'Get "https://TARGET/…": dial tcp …',
    ),
    Code.HTTP_5XX: Counsel(
        "The mirror answers with a server error every time.",
        "Put another mirror in front, with | if it should take over on errors, and report the "
        "request IDs in the evidence to the operator.",
        "reading M/…: 502 Bad Gateway",
    ),
    Code.HTTP_5XX_INTERMITTENT: Counsel(
        "Some of the mirror's answers are server errors.",
        "One is enough to end a build, as the go command does not retry: list a second mirror "
        "after |, and have the operator check the origin and single edges.",
        "reading M/…: 504 Gateway Timeout (now and then)",
    ),
    Code.HTTP_429: Counsel(
        "The mirror asks this client, or its whole network, for fewer requests.",
        "Share a cache of your own in front of CI, or ask the operator for a higher limit; the "
        "exporter stays away for as long as it was told to.",
        "reading M/…: 429 Too Many Requests",
    ),
    Code.HTTP_401_CREDENTIALS: Counsel(
        "The mirror wants credentials, and does not accept the ones it was given.",
        "Set or renew them: auth in the exporter's configuration, netrc or GOAUTH for builds. "
        "They are never sent over plain http.",
        "reading M/…: 401 Unauthorized",
    ),
    Code.HTTP_403_POLICY: Counsel(
        "The mirror refuses everything that was asked of it: somebody decided that.",
        "Ask the operator whether this network or account is allowed. It is no outage, and "
        "waiting does not help.",
        "reading M/…: 403 Forbidden",
    ),
    Code.HTTP_UNEXPECTED_STATUS: Counsel(
        "The mirror answers with a status that the go command cannot use.",
        "Only 200, 404 and 410 mean anything to it. Check the base URL: the mirror may have "
        "moved or been retired, or another service answers there.",
        "reading M/…: 418 I'm a teapot",
    ),
}
