// A local TLS mirror that answers every question after a fixed time, for both probers alike.
//
// It prints one line of JSON (port, PEM file of its certificate) and runs until its standard input closes.
package main

import (
	"archive/zip"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"flag"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"time"
)

const (
	module  = "github.com/josharian/intern"
	large   = "example.com/large"
	version = "v1.0.0"
	// Bytes of the one file in the large module's archive, which does not compress.
	largeSize = 30_000_000
)

func main() {
	delay := flag.Duration("delay", 20*time.Millisecond, "time from request to answer")
	http1 := flag.Bool("http1", false, "offer HTTP/1.1 only")
	ca := flag.String("ca", "", "file to write the certificate to")
	flag.Parse()

	certificate, encoded := selfSigned()
	must(os.WriteFile(*ca, encoded, 0o600))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	server := &http.Server{
		Handler:   answers(*delay),
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{certificate}},
		ErrorLog:  log.New(io.Discard, "", 0),
	}
	if *http1 {
		server.TLSNextProto = map[string]func(*http.Server, *tls.Conn, http.Handler){}
	}
	go func() { must(server.ServeTLS(listener, "", "")) }()
	must(json.NewEncoder(os.Stdout).Encode(map[string]int{"port": listener.Addr().(*net.TCPAddr).Port}))
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// answers serves one module as a mirror does; every path that names another module is 404.
func answers(delay time.Duration) http.Handler {
	info := []byte(`{"Version":"v1.0.0","Time":"2019-12-14T22:12:22Z"}`)
	files := map[string][]byte{}
	for path, text := range map[string][]byte{module: []byte("package intern\n"), large: noise()} {
		files["/"+path+"/@v/list"] = []byte(version + "\n")
		files["/"+path+"/@latest"] = info
		files["/"+path+"/@v/"+version+".info"] = info
		files["/"+path+"/@v/"+version+".mod"] = []byte("module " + path + "\n\ngo 1.5\n")
		files["/"+path+"/@v/"+version+".zip"] = archive(path, text)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(delay)
		body, known := files[r.URL.Path]
		if !known {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprintln(w, "not found: no such module")
			return
		}
		_, _ = w.Write(body)
	})
}

func noise() []byte {
	out := make([]byte, largeSize)
	_, err := rand.Read(out)
	must(err)
	return out
}

func archive(path string, text []byte) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, content := range map[string][]byte{
		"go.mod":  []byte("module " + path + "\n\ngo 1.5\n"),
		"file.go": text,
	} {
		file, err := w.Create(path + "@" + version + "/" + name)
		must(err)
		_, err = file.Write(content)
		must(err)
	}
	must(w.Close())
	return out.Bytes()
}

func selfSigned() (tls.Certificate, []byte) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "bench"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(365 * 24 * time.Hour),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1)},
		DNSNames:              []string{"localhost"},
		IsCA:                  true,
		BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	must(err)
	encoded := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, encoded
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
