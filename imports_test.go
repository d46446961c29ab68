// Package storywire_test holds the rules of the house: who may import whom.
package storywire_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/storywire/storywire/"

// allowed says which rooms each room may import. A room inside another, such
// as summary/timeline, may import what the outer one may, and the outer one
// may import it.
var allowed = map[string][]string{
	"news":          {},
	"text":          {"news"},
	"publish":       {"news"},
	"feed":          {"text", "news"},
	"track":         {"text", "news"},
	"summary":       {"text", "news"},
	"web":           {"publish", "news"},
	"webhook":       {"news"},
	"storage":       {"news"},
	"demo":          {"news"},
	"e2e":           {"demo", "news"},
	"daemon":        {"feed", "track", "summary", "web", "webhook", "storage", "publish", "news"},
	"eval":          {"track", "summary", "text", "news"},
	"cmd/storywire": {"daemon", "demo", "eval", "feed", "track", "summary", "webhook", "storage", "publish", "news"},
}

// kept says which module only one room may know.
var kept = map[string]string{
	"github.com/mmcdole/gofeed":   "feed",
	"github.com/gorilla/feeds":    "publish",
	"modernc.org/sqlite":          "storage",
	"modernc.org/libc":            "storage",
	"github.com/alecthomas/kong":  "cmd/storywire",
	"github.com/wneessen/go-mail": "webhook",
}

func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports,Name", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	rooms := 0
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath, Name string
			Imports          []string
		}
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		name, ours := strings.CutPrefix(p.ImportPath, module)
		if !ours {
			continue // this test's own package
		}
		rooms++
		room := outer(name)
		if _, known := allowed[room]; !known {
			t.Errorf("%s has no place in the house: say in allowed what it may import", name)
		}
		if p.Name == "main" && name != "cmd/storywire" && room != "e2e" && !strings.Contains(name, "internal/") {
			t.Errorf("%s is a second program", name)
		}
		for _, imported := range p.Imports {
			check(t, name, room, imported)
		}
	}
	if rooms < len(allowed) {
		t.Errorf("%d rooms found, %d are meant", rooms, len(allowed))
	}
}

func check(t *testing.T, name, room, imported string) {
	if other, ours := strings.CutPrefix(imported, module); ours {
		if outer(other) != room && !slices.Contains(allowed[room], outer(other)) {
			t.Errorf("%s must not import %s", name, other)
		}
	}
	for path, keeper := range kept {
		measured := name == "e2e/bound" // the house's parts, bare, to measure the house against
		if (imported == path || strings.HasPrefix(imported, path+"/")) && room != keeper && !measured {
			t.Errorf("%s must not import %s: only %s does", name, imported, keeper)
		}
	}
	if room == "news" && strings.Contains(strings.SplitN(imported, "/", 2)[0], ".") {
		t.Errorf("news must not import %s", imported)
	}
}

// outer is the room a package is part of.
func outer(name string) string {
	if strings.HasPrefix(name, "cmd/") {
		return name
	}
	room, _, _ := strings.Cut(name, "/")
	return room
}
