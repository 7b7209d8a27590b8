//go:build !race

package main_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The house rules. They read the tree in this process, because a test that asks another program for it can be answered
// from the test cache.

const module = "webcare"

// source is one Go file.
type source struct {
	path  string // with slashes, from the root
	dir   string
	test  bool
	lines int
	text  string
	set   *token.FileSet
	file  *ast.File
}

func (s source) at(pos token.Pos) string {
	return s.path + ":" + strconv.Itoa(s.set.Position(pos).Line)
}

// imports are the paths the file imports.
func (s source) imports() []string {
	var all []string
	for _, i := range s.file.Imports {
		p, err := strconv.Unquote(i.Path.Value)
		if err == nil {
			all = append(all, p)
		}
	}
	return all
}

// walk calls f for each file of the tree that is ours.
func walk(t *testing.T, f func(path string)) {
	t.Helper()
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && p != "." && (d.Name() == ".git" || d.Name() == "node_modules" || d.Name() == "artifacts"):
			return filepath.SkipDir
		case d.Type().IsRegular():
			f(filepath.ToSlash(p))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	walk(t, func(p string) {
		if path.Ext(p) != ".go" {
			return
		}
		b, err := os.ReadFile(filepath.FromSlash(p))
		if err != nil {
			t.Fatal(err)
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, p, b, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, source{p, path.Dir(p), strings.HasSuffix(p, "_test.go"), strings.Count(string(b), "\n"), string(b), set, file})
	})
	return all
}

// floor says how high a folder stands: it may import what stands lower. Sims stand beside the house.
func floor(dir string) (int, bool) {
	switch {
	case isSim(dir):
		return 0, true
	case dir == ".":
		return 5, true
	case under(dir, "bot/conversation"), dir == "bot/personal":
		return 0, true
	case under(dir, "bot/nudge"), dir == "bot/language", dir == "bot/moment", dir == "adapters", dir == "store":
		return 1, true
	case under(dir, "bot/config"), dir == "bot/chart":
		return 2, true
	case under(dir, "bot/demo"), dir == "bot/bench", dir == "adapters/all":
		return 4, true
	case strings.HasPrefix(dir, "adapters/"), strings.HasPrefix(dir, "store/"):
		return 2, true
	case dir == "bot":
		return 3, true
	}
	return 0, false
}

func under(dir, top string) bool { return dir == top || strings.HasPrefix(dir, top+"/") }

func isSim(dir string) bool {
	return strings.HasPrefix(dir, "adapters/") && (strings.HasSuffix(dir, "/sim") || strings.Contains(dir, "/sim/"))
}

func TestFloors(t *testing.T) {
	for _, s := range sources(t) {
		own, known := floor(s.dir)
		if !known {
			t.Errorf("%s: the folder has no floor: give it one in repo_test.go, on purpose", s.path)
		}
		for _, p := range s.imports() {
			dir, ours := strings.CutPrefix(p, module+"/")
			if !ours || s.test {
				continue
			}
			other, _ := floor(dir)
			switch {
			case isSim(s.dir):
				if !isSim(dir) {
					t.Errorf("%s: a sim imports %s: it shares no code with the house, or a mistake would be mirrored", s.path, dir)
				}
			case isSim(dir):
				if !under(s.dir, "bot/demo") && s.dir != "bot/bench" {
					t.Errorf("%s imports the sim %s: only tests, the demo and the benchmark do", s.path, dir)
				}
			case under(s.dir, "bot") && !under(s.dir, "bot/demo") && s.dir != "bot/bench" && (strings.HasPrefix(dir, "adapters/") || strings.HasPrefix(dir, "store/")):
				t.Errorf("%s imports %s: the bot knows no network and no database", s.path, dir)
			case under(s.dir, "store") && strings.HasPrefix(dir, "adapters"):
				t.Errorf("%s imports %s: the store knows no network", s.path, dir)
			case other >= own && !under(dir, s.dir):
				t.Errorf("%s (floor %d) imports %s (floor %d): only lower floors may be imported", s.path, own, dir, other)
			}
		}
	}
}

// modules says where each module from outside may be imported; "dir/..." is the folder and what is below it, "test" are
// test files anywhere. The pure core is in no list: the standard library is enough for it.
func modules() map[string][]string {
	return map[string][]string{
		"github.com/slack-go/slack":                                {"adapters/slack/...", "bot/bench"},
		"github.com/go-telegram/bot":                               {"adapters/telegram/...", "bot/bench"},
		"go.etcd.io/bbolt":                                         {"store/bolt/...", "bot/bench"},
		"github.com/pelletier/go-toml/v2":                          {"bot/config"},
		"github.com/standard-webhooks/standard-webhooks/libraries": {"adapters/webhook"},
		"github.com/go-analyze/charts":                             {"bot/chart", "test"},
		"github.com/prometheus/client_golang":                      {"bot", "bot/bench", "."},
		"github.com/gorilla/websocket":                             {"adapters/slack/..."},
		"github.com/chromedp":                                      {"test"},
		"github.com/santhosh-tekuri/jsonschema/v6":                 {"test"},
		"pgregory.net/rapid":                                       {"test", "store/storetest"},
		"golang.org/x/tools/txtar":                                 {"test"},
		"golang.org/x/text":                                        {"adapters/...", "bot"},
		"golang.org/x/sys":                                         {"store/bolt", "."},
	}
}

func allowed(s source, where string) bool {
	if top, tree := strings.CutSuffix(where, "/..."); tree {
		return under(s.dir, top)
	}
	return s.dir == where || s.test && where == "test"
}

func TestModules(t *testing.T) {
	known := modules()
	for _, s := range sources(t) {
		for _, p := range s.imports() {
			if first, _, _ := strings.Cut(p, "/"); !strings.Contains(first, ".") {
				continue
			}
			var where []string
			for m, dirs := range known {
				if under(p, m) {
					where = dirs
				}
			}
			if !slices.ContainsFunc(where, func(w string) bool { return allowed(s, w) }) {
				t.Errorf("%s imports %s, which is allowed in %v: see modules in repo_test.go", s.path, p, where)
			}
			if isSim(s.dir) && !s.test && (under(p, "github.com/slack-go/slack") || under(p, "github.com/go-telegram/bot")) {
				t.Errorf("%s: a sim imports the SDK that it examines", s.path)
			}
		}
	}
}

func TestPackageComments(t *testing.T) {
	comments, seen := map[string]int{}, map[string]bool{}
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		seen[s.dir] = true
		if doc := s.file.Doc.Text(); doc != "" {
			comments[s.dir]++
			want := "Package " + s.file.Name.Name + " "
			if s.file.Name.Name != "main" && !strings.HasPrefix(doc, want) {
				t.Errorf("%s: the package comment must begin with %q", s.path, want)
			}
		}
	}
	for dir := range maps.Keys(seen) {
		if comments[dir] != 1 {
			t.Errorf("%s has %d package comments, want one that says what it is", dir, comments[dir])
		}
	}
}

// TestHiddenWork: nothing runs or remembers behind the reader's back.
func TestHiddenWork(t *testing.T) {
	for _, s := range sources(t) {
		for _, i := range s.file.Imports {
			if i.Name == nil {
				continue
			}
			fine := i.Name.Name != "_" && i.Name.Name != "."
			switch i.Path.Value {
			case `"embed"`, `"time/tzdata"`:
				fine = true
			case strconv.Quote(module + "/" + s.dir): // a package's own tests, from outside
				fine = s.test
			}
			if !fine {
				t.Errorf("%s: a blank or dot import of %s", s.at(i.Pos()), i.Path.Value)
			}
		}
		for _, d := range s.file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil && d.Name.Name == "init" {
					t.Errorf("%s: no init", s.at(d.Pos()))
				}
			case *ast.GenDecl:
				if d.Tok != token.VAR || s.test || strings.Contains(d.Doc.Text(), "go:embed") || hasEmbed(d) {
					continue
				}
				for _, spec := range d.Specs {
					if v := spec.(*ast.ValueSpec); len(v.Values) == 0 {
						t.Errorf("%s: a variable of the package without a value is state that everybody shares", s.at(v.Pos()))
					}
				}
			}
		}
	}
}

func hasEmbed(d *ast.GenDecl) bool {
	return d.Doc != nil && slices.ContainsFunc(d.Doc.List, func(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//go:embed") })
}

func TestCalls(t *testing.T) {
	all := sources(t)
	bubbles := map[string]bool{} // folders whose tests run in bubbles
	for _, s := range all {
		if slices.Contains(s.imports(), "testing/synctest") {
			bubbles[s.dir] = true
		}
	}
	for _, s := range all {
		exam := strings.HasSuffix(s.dir, "test") // adaptertest, storetest
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			switch fn := call.Fun.(type) {
			case *ast.Ident:
				if fn.Name == "panic" && !s.test && !exam {
					t.Errorf("%s: panic is no way to tell of an error", s.at(call.Pos()))
				}
			case *ast.SelectorExpr:
				on, _ := fn.X.(*ast.Ident)
				switch {
				case on != nil && on.Name == "time" && fn.Sel.Name == "Sleep" && (!bubbles[s.dir] || !s.test && !exam):
					t.Errorf("%s: time.Sleep outside of tests in bubbles (testing/synctest)", s.at(call.Pos()))
				case s.test && fn.Sel.Name == "SkipNow", s.test && fn.Sel.Name == "Skip" && len(call.Args) == 0:
					t.Errorf("%s: a skipped test says why", s.at(call.Pos()))
				}
			}
			return true
		})
	}
}

// TestSizes are the hard limits; what to aim for is 400 lines a file and 60 a function.
func TestSizes(t *testing.T) {
	hook := 0
	for _, s := range sources(t) {
		if s.dir == "adapters/webhook" && !s.test {
			hook += s.lines
		}
		if s.lines > 500 {
			t.Errorf("%s has %d lines, more than 500", s.path, s.lines)
		}
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || s.test {
				continue
			}
			if n := s.set.Position(f.End()).Line - s.set.Position(f.Pos()).Line + 1; n > 80 {
				t.Errorf("%s: %s has %d lines, more than 80", s.at(f.Pos()), f.Name.Name, n)
			}
		}
	}
	if hook == 0 || hook >= 250 {
		t.Errorf("adapters/webhook has %d lines: it is what a newcomer copies, and stays under 250", hook)
	}
}

// TestExams: every network and every store sits its exam, and every network is listed.
func TestExams(t *testing.T) {
	sat, kinds, listed := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, s := range sources(t) {
		if s.test && (strings.Contains(s.text, "adaptertest.Exam(") || strings.Contains(s.text, "storetest.Test(")) {
			sat[s.dir] = true
		}
		if s.dir == "adapters/all" && !s.test {
			for _, p := range s.imports() {
				listed[strings.TrimPrefix(p, module+"/")] = true
			}
		}
		parent := path.Dir(s.dir)
		if parent == "store" && s.dir != "store/storetest" {
			kinds[s.dir], listed[s.dir] = true, true
		}
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && parent == "adapters" && !s.test && f.Recv == nil && f.Name.Name == "Kind" {
				kinds[s.dir] = true
			}
		}
	}
	if len(kinds) < 3 {
		t.Errorf("only %d networks and stores were found", len(kinds))
	}
	for dir := range kinds {
		if !sat[dir] {
			t.Errorf("%s does not sit its exam (adaptertest.Exam or storetest.Test)", dir)
		}
		if !listed[dir] {
			t.Errorf("%s is not listed in adapters/all", dir)
		}
	}
}

// TestAttacks: SECURITY.md tells of every attack in the list, what is done about it and which tests prove it; those tests
// exist, and none that attacks is left out.
func TestAttacks(t *testing.T) {
	text, err := os.ReadFile("SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]string{} // the test files of a folder, by its tests
	for _, s := range sources(t) {
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if ok && s.test && f.Recv == nil && (strings.HasPrefix(f.Name.Name, "Test") || strings.HasPrefix(f.Name.Name, "Fuzz")) {
				there[path.Join(s.dir, f.Name.Name)] += s.text
			}
		}
	}
	named, rows := map[string]bool{}, 0
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if n, err := strconv.Atoi(strings.TrimSpace(cells[0])); err != nil || len(cells) < 2 || n != rows+1 {
			continue
		}
		if rows++; len(cells) != 5 {
			t.Errorf("row %d has %d cells, want 5: number, attack, what there is of it, defence, tests", rows, len(cells))
			continue
		}
		tests := regexp.MustCompile("`([^`]*)`").FindAllStringSubmatch(cells[4], -1)
		if none := strings.HasPrefix(strings.TrimSpace(cells[2]), "Nothing"); none == (len(tests) > 0) {
			t.Errorf("row %d: either there is nothing of it, or a test proves the defence", rows)
		}
		for _, one := range tests {
			where, sub := one[1], ""
			if at := regexp.MustCompile(`(^|/)(Test|Fuzz)[^/]*/`).FindStringIndex(where); at != nil {
				where, sub = where[:at[1]-1], where[at[1]:]
			}
			file, is := there[where]
			if !is || sub != "" && !strings.Contains(file, strconv.Quote(sub)) {
				t.Errorf("row %d names the test %s, which does not exist", rows, one[1])
			}
			named[where] = true
		}
	}
	if rows != 22 {
		t.Errorf("%d attacks are listed, want 22", rows)
	}
	for test := range there {
		if strings.HasPrefix(path.Base(test), "TestAttack") && test != "TestAttacks" && !named[test] {
			t.Errorf("%s stands in no row of SECURITY.md", test)
		}
	}
}

// TestWords: what may stand in no file of the tree. The words are put together here, so that this file may hold them.
func TestWords(t *testing.T) {
	words := map[string]string{
		"TO" + "DO":            "do it, or leave it",
		"FIX" + "ME":           "do it, or leave it",
		"/wo" + "rk/":          "a path of one machine",
		"/ro" + "ot/":          "a path of one machine",
		"/Us" + "ers/":         "a path of one machine",
		"registry" + ".npmjs":  "the name of a registry",
		"registry" + ".yarn":   "the name of a registry",
		"proxy" + ".golang":    "the name of a registry",
		"sum" + ".golang":      "the name of a registry",
		`"resolved"` + `: "ht`: "the address of a registry",
		"\r\n":                 "a line end of another system",
	}
	walk(t, func(p string) {
		switch path.Ext(p) {
		case ".db", ".png", ".jpg", ".ico", ".gz", ".sum":
			return
		}
		if strings.Contains(p, "/testdata/fuzz/") {
			return
		}
		b, err := os.ReadFile(filepath.FromSlash(p))
		if err != nil {
			t.Fatal(err)
		}
		for n, line := range strings.SplitAfter(string(b), "\n") {
			for word, why := range words {
				if strings.Contains(line, word) {
					t.Errorf("%s:%d: %q is %s", p, n+1, word, why)
				}
			}
		}
	})
}
