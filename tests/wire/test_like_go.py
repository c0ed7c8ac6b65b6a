"""Certificates spoilt at random, judged by us and by Go's own parser and verifier."""

import base64
import contextlib
import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from goproxy_exporter.simulator.certificates import Authority
from goproxy_exporter.simulator.keys import element, sequence
from goproxy_exporter.wire.certificate import described
from goproxy_exporter.wire.der import MalformedError
from goproxy_exporter.wire.objection import Reason
from goproxy_exporter.wire.parsed import parse
from goproxy_exporter.wire.pool import Pool
from goproxy_exporter.wire.verify import verify

pytestmark = pytest.mark.timeout(300)

EACH = 1000
ECDSA_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")
TELLING = bytes(range(7)) + bytes.fromhex("0c131617183031808182878ba0a1a37fff")
CLASSES = {
    Reason.EXPIRED: "dates",
    Reason.NOT_YET_VALID: "dates",
    Reason.WRONG_HOST: "host",
    Reason.UNKNOWN_AUTHORITY: "unknown",
    Reason.WRONG_USAGE: "invalid",
    Reason.INVALID: "invalid",
}
GO = """
package main

import (
	"bufio"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"strings"
)

func class(texts []string, roots *x509.CertPool) string {
	var certs []*x509.Certificate
	for _, text := range texts {
		der, _ := base64.StdEncoding.DecodeString(text)
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			return "parse"
		}
		certs = append(certs, cert)
	}
	others := x509.NewCertPool()
	for _, cert := range certs[1:] {
		others.AddCert(cert)
	}
	options := x509.VerifyOptions{Roots: roots, DNSName: "mirror.test", Intermediates: others}
	_, err := certs[0].Verify(options)
	var invalid x509.CertificateInvalidError
	var host x509.HostnameError
	var unknown x509.UnknownAuthorityError
	switch {
	case err == nil:
		return "ok"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "dates"
	case errors.As(err, &host):
		return "host"
	case errors.As(err, &unknown):
		return "unknown"
	}
	return "invalid"
}

func main() {
	pem, _ := os.ReadFile("root.pem")
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		fmt.Println(class(strings.Fields(lines.Text()), roots))
	}
}
"""


class Spoiler:
    """A good chain, and ways to spoil it; the same ways in every run."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.root = Authority.create(permitted=["test", "10.0.0.0/8"])
        self.middle = self.root.subordinate(path_length=1, excluded=["b.test"], usages=("server",))
        self.good = self.middle.issue(["mirror.test", "10.0.0.1"])
        self.chain = [one.public_bytes(Encoding.DER) for one in self.good.chain]

    def spoilt(self, data: bytes) -> bytes:
        """Change, add or take away a few bytes."""
        rng, found = self.random, bytearray(data)
        for _ in range(rng.randrange(1, 3)):
            at = rng.randrange(len(found))
            match rng.randrange(8):
                case 0 | 1 | 2:
                    found[at] = rng.randrange(256)
                case 3 | 4:
                    found[at] ^= 1 << rng.randrange(8)
                case 5:
                    found[at] = rng.choice(TELLING)
                case 6:
                    del found[at : at + rng.randrange(1, 5)]
                case _:
                    found[at:at] = rng.randbytes(rng.randrange(1, 5))
        return bytes(found)

    def signed_again(self, certificate: x509.Certificate, issuer: Authority) -> bytes:
        """Spoil what is signed, and sign it all the same: only the content can be wrong."""
        tbs = certificate.tbs_certificate_bytes
        header = 2 if tbs[1] < 0x80 else 2 + (tbs[1] & 0x7F)
        signed = sequence(self.spoilt(tbs[header:]))
        private = issuer.key.private
        assert isinstance(private, ec.EllipticCurvePrivateKey)
        signature = private.sign(signed, ec.ECDSA(hashes.SHA256()))
        return sequence(signed, ECDSA_SHA256, element(0x03, b"\0" + signature))

    def chains(self) -> list[list[bytes]]:
        """Give chains with one certificate spoilt, in one of four ways."""
        leaf, middle = self.chain
        ways: list[Callable[[], list[bytes]]] = [
            lambda: [self.spoilt(leaf), middle],
            lambda: [leaf, self.spoilt(middle)],
            lambda: [self.signed_again(self.good.chain[0], self.middle), middle],
            lambda: [leaf, self.signed_again(self.good.chain[1], self.root)],
        ]
        return [way() for way in ways for _ in range(EACH)]


def judged(chain: list[bytes], roots: Pool, now: float) -> str:
    """Give our verdict as a class."""
    try:
        parsed = [parse.__wrapped__(der) for der in chain]
    except MalformedError:
        return "parse"
    proof = verify(parsed, roots, "mirror.test", now)
    return CLASSES[proof.objection.reason] if proof.objection else "ok"


@pytest.fixture(scope="module")
def go_judge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the judge from Go's standard library."""
    beside = str(Path(sys.executable).parent)
    go = shutil.which("go", path=beside + os.pathsep + os.environ.get("PATH", ""))
    if go is None:
        pytest.skip("go is not here: nothing to agree with")
    version = subprocess.run([go, "version"], capture_output=True, text=True, check=True).stdout
    if tuple(map(int, re.findall(r"go1\.(\d+)", version))) < (27,):
        pytest.skip(f"go 1.27 is wanted, here is {version}")
    folder = tmp_path_factory.mktemp("judge")
    (folder / "main.go").write_text(GO)
    (folder / "go.mod").write_text("module judge.test\n\ngo 1.27\n")
    environment = {**os.environ, "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod"}
    subprocess.run([go, "build", "-o", "judge", "."], cwd=folder, env=environment, check=True)
    return folder


def test_go_judges_spoilt_certificates_alike(go_judge: Path) -> None:
    """Whatever was done to a chain: we accept it if and only if Go does, or object alike."""
    spoiler = Spoiler(27)
    chains = spoiler.chains()
    roots, now = Pool([parse(spoiler.root.certificate.public_bytes(Encoding.DER))]), time.time()
    ours = [judged(chain, roots, now) for chain in chains]
    (go_judge / "root.pem").write_bytes(spoiler.root.pem)
    lines = [" ".join(base64.b64encode(der).decode() for der in chain) for chain in chains]
    ran = subprocess.run(
        ["./judge"],
        input="\n".join(lines),
        cwd=go_judge,
        capture_output=True,
        text=True,
        check=True,
    )
    theirs = ran.stdout.split()
    assert len(theirs) == len(ours)
    # Where the parser stops is not told apart: a key with rubbish behind it stops ours earlier.
    differing = {
        (our, their): line
        for our, their, line in zip(ours, theirs, lines, strict=True)
        if our != their and not ("parse" in (our, their) and "ok" not in (our, their))
    }
    assert differing == {}
    assert min(ours.count(one) for one in ("ok", "parse", "unknown", "invalid", "host")) > 20


def test_no_bytes_make_us_stumble() -> None:
    """Parsing and describing spoilt certificates ends in a value or a refusal, nothing else."""
    spoiler = Spoiler(1)
    for _ in range(2000):
        der = spoiler.spoilt(spoiler.chain[0])
        found = described.__wrapped__(der)
        assert found is None or found.sha256
        with contextlib.suppress(MalformedError):
            assert parse.__wrapped__(der).raw == der
