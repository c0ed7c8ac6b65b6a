package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/mod/sumdb"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// askSumdb answers questions about the checksum database. Bytes go in and out in base64.
func askSumdb(q question) ([]string, error) {
	a := q.Args
	switch q.Op {
	case "base64":
		data, err := base64.StdEncoding.DecodeString(string(raw(a[0])))
		return one(packed(data), err)
	case "int64":
		n, err := strconv.ParseInt(string(raw(a[0])), 10, 64)
		return one(fmt.Sprint(n), err)
	case "verifier":
		v, err := note.NewVerifier(a[0])
		if err != nil {
			return nil, err
		}
		return []string{v.Name(), fmt.Sprintf("%08x", v.KeyHash())}, nil
	case "gosumdb":
		return nil, checkDatabaseName(a[0])
	case "sign":
		s, err := note.NewSigner(a[0])
		if err != nil {
			return nil, err
		}
		signed, err := note.Sign(&note.Note{Text: string(raw(a[1]))}, s)
		return one(packed(signed), err)
	case "open":
		return open(raw(a[0]), a[1:])
	case "tree":
		tree, err := tlog.ParseTree(raw(a[0]))
		return []string{fmt.Sprint(tree.N), packed(tree.Hash[:])}, err
	case "record":
		id, text, rest, err := tlog.ParseRecord(raw(a[0]))
		return []string{fmt.Sprint(id), packed(text), packed(rest)}, err
	case "tile_path":
		t, err := tlog.ParseTilePath(a[0])
		return []string{fmt.Sprint(t.H), fmt.Sprint(t.L), fmt.Sprint(t.N), fmt.Sprint(t.W)}, err
	case "prove":
		return prove(a)
	case "lookup":
		return lookup(a)
	}
	return askVuln(q)
}

func raw(encoded string) []byte {
	data, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		panic(err)
	}
	return data
}

func packed(data []byte) string { return base64.StdEncoding.EncodeToString(data) }

func open(body []byte, keys []string) ([]string, error) {
	var known []note.Verifier
	for _, key := range keys {
		v, err := note.NewVerifier(key)
		if err != nil {
			return nil, err
		}
		known = append(known, v)
	}
	n, err := note.Open(body, note.VerifierList(known...))
	if err != nil {
		return nil, err
	}
	out := []string{packed([]byte(n.Text))}
	for _, s := range n.Sigs {
		out = append(out, fmt.Sprintf("%s+%08x", s.Name, s.Hash))
	}
	return out, nil
}

// checkDatabaseName follows dbDial of cmd/go/internal/modfetch.
func checkDatabaseName(name string) error {
	u, err := url.Parse("https://" + name)
	if err != nil || strings.HasSuffix(name, "/") || u.RawPath != "" || u.Host == "" ||
		*u != (url.URL{Scheme: "https", Host: u.Host, Path: u.Path}) {
		return errors.New("not host[/path]")
	}
	return nil
}

// book gives tiles by path, and remembers which were asked.
type book struct {
	tiles map[string]string
	asked map[string]bool
}

var errMissing = errors.New("missing")

func (b book) Height() int                     { return 8 }
func (b book) SaveTiles([]tlog.Tile, [][]byte) {}
func (b book) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var data [][]byte
	for _, t := range tiles {
		b.asked[t.Path()] = true
		if body, ok := b.tiles[t.Path()]; ok {
			data = append(data, raw(body))
		}
	}
	if len(data) != len(tiles) {
		return nil, errMissing
	}
	return data, nil
}

// proof is what was asked for, each number as text.
type proof struct {
	Size, Root     string
	Records, Older []string
	Tiles          map[string]string
}

// prove gives the hashes of records and the roots of older sizes. The paths of the tiles that
// were asked come last, each with a colon before it; where some are missing, nothing else comes.
func prove(a []string) ([]string, error) {
	var p proof
	if err := json.Unmarshal([]byte(a[0]), &p); err != nil {
		return nil, err
	}
	tree := tlog.Tree{N: number(p.Size)}
	copy(tree.Hash[:], raw(p.Root))
	b := book{p.Tiles, map[string]bool{}}
	reader := tlog.TileHashReader(tree, b)
	var out []string
	var failed error
	add := func(hash tlog.Hash, err error) {
		if err == nil {
			out = append(out, packed(hash[:]))
		} else if failed == nil && err != errMissing {
			failed = err
		}
	}
	for _, id := range p.Records {
		hashes, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, number(id))})
		add(append(hashes, tlog.Hash{})[0], err)
	}
	for _, size := range p.Older {
		add(tlog.TreeHash(number(size), reader))
	}
	for path := range b.asked {
		out = append(out, ":"+path)
	}
	return out, failed
}

func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		panic(err)
	}
	return n
}

// client is a sumdb.ClientOps without a disk whose database is a book of answers by path.
type client struct {
	key     string
	answers map[string]string
	mu      sync.Mutex
	latest  []byte
	asked   []string
}

func (c *client) ReadRemote(path string) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked = append(c.asked, path)
	body, ok := c.answers[path]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return raw(body), nil
}

func (c *client) ReadConfig(file string) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if file == "key" {
		return []byte(c.key), nil
	}
	return c.latest, nil
}

func (c *client) WriteConfig(_ string, old, new []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !slices.Equal(old, c.latest) {
		return sumdb.ErrWriteConflict
	}
	c.latest = new
	return nil
}

func (c *client) ReadCache(string) ([]byte, error) { return nil, fs.ErrNotExist }
func (c *client) WriteCache(string, []byte)        {}
func (c *client) Log(string)                       {}
func (c *client) SecurityError(string)             {}

// lookup asks as the go command does: arguments are the key, the latest note known, the module,
// the version, and the answers of the database by path. Lines come out, then the paths asked.
func lookup(a []string) ([]string, error) {
	c := &client{key: a[0], latest: raw(a[1])}
	if err := json.Unmarshal([]byte(a[4]), &c.answers); err != nil {
		return nil, err
	}
	lines, err := sumdb.NewClient(c).Lookup(a[2], a[3])
	return append(lines, c.asked...), err
}
