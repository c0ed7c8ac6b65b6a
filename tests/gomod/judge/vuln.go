package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// What follows has the fields and types with which govulncheck reads a database.

type vulnDB struct {
	Modified time.Time `json:"modified"`
}

type vulnModule struct {
	Path  string `json:"path"`
	Vulns []struct {
		ID       string    `json:"id"`
		Modified time.Time `json:"modified"`
		Fixed    string    `json:"fixed"`
	} `json:"vulns"`
}

type vulnEntry struct {
	SchemaVersion string     `json:"schema_version"`
	ID            string     `json:"id"`
	Modified      time.Time  `json:"modified"`
	Published     time.Time  `json:"published"`
	Withdrawn     *time.Time `json:"withdrawn"`
	Aliases       []string   `json:"aliases"`
	Summary       string     `json:"summary"`
	Details       string     `json:"details"`
	Affected      []struct {
		Module struct {
			Path      string `json:"name"`
			Ecosystem string `json:"ecosystem"`
		} `json:"package"`
		Ranges []struct {
			Type   string `json:"type"`
			Events []struct {
				Introduced string `json:"introduced"`
				Fixed      string `json:"fixed"`
			} `json:"events"`
		} `json:"ranges"`
		Specific struct {
			Packages []struct {
				Path    string   `json:"path"`
				GOOS    []string `json:"goos"`
				GOARCH  []string `json:"goarch"`
				Symbols []string `json:"symbols"`
			} `json:"imports"`
		} `json:"ecosystem_specific"`
	} `json:"affected"`
	References []struct {
		Type string `json:"type"`
		URL  string `json:"url"`
	} `json:"references"`
	Credits []struct {
		Name string `json:"name"`
	} `json:"credits"`
	Specific *struct {
		URL    string       `json:"url"`
		Status reviewStatus `json:"review_status"`
	} `json:"database_specific"`
}

type reviewStatus string

func (r *reviewStatus) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	if s != "" && s != "REVIEWED" && s != "UNREVIEWED" {
		return errors.New("unknown review status")
	}
	*r = reviewStatus(s)
	return nil
}

// askVuln answers questions about vulnerability databases.
func askVuln(q question) ([]string, error) {
	body := raw(q.Args[0])
	switch q.Op {
	case "gunzip":
		r, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(r)
		return one(packed(content), err)
	case "vuln_db":
		var db vulnDB
		err := json.Unmarshal(body, &db)
		return one(moment(db.Modified), err)
	case "vuln_modules":
		return vulnModules(body)
	case "vuln_entry":
		var e vulnEntry
		err := json.Unmarshal(body, &e)
		return []string{e.ID, moment(e.Modified), fmt.Sprint(e.Withdrawn != nil)}, err
	}
	return nil, errors.New("no such question")
}

func vulnModules(body []byte) ([]string, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	if open, err := d.Token(); err != nil {
		return nil, err
	} else if open != json.Delim('[') {
		return nil, errors.New("not an array")
	}
	out := []string{}
	for d.More() {
		var m vulnModule
		if err := d.Decode(&m); err != nil {
			return nil, err
		}
		line := []string{m.Path}
		for _, v := range m.Vulns {
			line = append(line, v.ID, moment(v.Modified))
		}
		text, err := json.Marshal(line)
		if err != nil {
			return nil, err
		}
		out = append(out, string(text))
	}
	return out, nil
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000000Z")
}
