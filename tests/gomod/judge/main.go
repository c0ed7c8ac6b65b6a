// Command judge answers questions about Go's own rules, one JSON object per line.
//
// It is built against the golang.org/x/mod that a Go distribution carries in cmd/vendor.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
	"golang.org/x/mod/sumdb/dirhash"
	"golang.org/x/mod/zip"
)

type question struct {
	Op   string
	Args []string
}

type answer struct {
	OK  bool     `json:"ok"`
	Out []string `json:"out"`
	Err string   `json:"err"`
}

type origin struct {
	VCS, URL, Subdir, Hash, TagPrefix, TagSum, Ref, RepoSum string `json:",omitempty"`
}

type info struct {
	Version string
	Time    time.Time
	Name    string  `json:"-"`
	Short   string  `json:"-"`
	Origin  *origin `json:",omitempty"`
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := json.NewEncoder(os.Stdout)
	decoder := json.NewDecoder(in)
	for {
		var q question
		if err := decoder.Decode(&q); err != nil {
			return
		}
		result, err := ask(q)
		a := answer{OK: err == nil, Out: result}
		if err != nil {
			a.Err = err.Error()
		}
		if err := out.Encode(a); err != nil {
			panic(err)
		}
	}
}

func one(s string, err error) ([]string, error) { return []string{s}, err }

func ask(q question) ([]string, error) {
	a := q.Args
	switch q.Op {
	case "check_path":
		return nil, module.CheckPath(a[0])
	case "check_file_path":
		return nil, module.CheckFilePath(a[0])
	case "escape_path":
		return one(module.EscapePath(a[0]))
	case "unescape_path":
		return one(module.UnescapePath(a[0]))
	case "escape_version":
		return one(module.EscapeVersion(a[0]))
	case "unescape_version":
		return one(module.UnescapeVersion(a[0]))
	case "version":
		return []string{module.CanonicalVersion(a[0]), semver.Major(a[0]), semver.Prerelease(a[0]),
			semver.Build(a[0]), fmt.Sprint(semver.IsValid(a[0])), fmt.Sprint(module.IsPseudoVersion(a[0]))}, nil
	case "pseudo":
		t, err := module.PseudoVersionTime(a[0])
		if err != nil {
			return nil, err
		}
		rev, err := module.PseudoVersionRev(a[0])
		return []string{t.Format(time.RFC3339), rev}, err
	case "sort":
		list := slices.Clone(a)
		semver.Sort(list)
		return list, nil
	case "compare":
		return []string{fmt.Sprint(semver.Compare(a[0], a[1]))}, nil
	case "check":
		return nil, module.Check(a[0], a[1])
	case "match":
		return []string{fmt.Sprint(module.MatchPrefixPatterns(a[0], a[1]))}, nil
	case "info":
		return readInfo(a[0])
	case "list":
		return readList(a[0])
	case "proxy_url":
		return nil, checkURL(a[0])
	case "media_type":
		kind, params, _ := mime.ParseMediaType(a[0])
		return []string{kind, params["charset"]}, nil
	case "zip":
		return unzip(a[0], module.Version{Path: a[1], Version: a[2]})
	case "folds":
		return folds(), nil
	}
	return askSumdb(q)
}

func readInfo(encoded string) ([]string, error) {
	data, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil, err
	}
	i := new(info)
	if err := json.Unmarshal(data, i); err != nil {
		return nil, err
	}
	when := ""
	if !i.Time.IsZero() {
		when = i.Time.UTC().Format("2006-01-02T15:04:05.000000000Z")
	}
	return []string{i.Version, when}, nil
}

func readList(encoded string) ([]string, error) {
	data, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil, err
	}
	list := []string{}
	for _, line := range strings.Split(string(data), "\n") {
		f := strings.Fields(line)
		if len(f) >= 1 && semver.IsValid(f[0]) && !module.IsPseudoVersion(f[0]) {
			list = append(list, f[0])
		}
	}
	semver.Sort(list)
	return slices.Compact(list), nil
}

func checkURL(s string) error {
	u, err := url.Parse(s)
	if err != nil {
		return err
	}
	switch u.Scheme {
	case "http", "https":
		return nil
	case "file":
		if *u != (url.URL{Scheme: u.Scheme, Path: u.Path, RawPath: u.RawPath}) {
			return errors.New("more than a path")
		}
		return nil
	}
	return errors.New("scheme")
}

func unzip(encoded string, m module.Version) ([]string, error) {
	data, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "judge")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "m.zip")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		return nil, err
	}
	hash, err := dirhash.HashZip(file, dirhash.Hash1)
	if err != nil {
		return nil, err
	}
	if err := zip.Unzip(filepath.Join(dir, "out"), m, file); err != nil {
		return nil, err
	}
	mod, err := os.ReadFile(filepath.Join(dir, "out", "go.mod"))
	if err != nil {
		mod = nil
	}
	return []string{hash, string(bytes.ToValidUTF8(mod, nil))}, nil
}

// folds lists every set of characters that are equal but for case.
func folds() []string {
	var sets []string
	for r := rune(0); r <= unicode.MaxRune; r++ {
		set := string(r)
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			if other < r {
				set = ""
				break
			}
			set += string(other)
		}
		if len([]rune(set)) > 1 {
			sets = append(sets, set)
		}
	}
	return sets
}
