package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	slacksim "webcare/adapters/slack/sim"
)

// gaugePath is the environment variable that makes this test program a webcare whose memory is watched: it tells of it
// on the unix socket that the variable names.
const gaugePath = "WEBCARE_TEST_GAUGE"

func TestMain(m *testing.M) {
	path := os.Getenv(gaugePath)
	if path == "" {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	g := &gauge{}
	go g.watch(ctx)
	if err := g.serve(path); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	status := webcare(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// gauge knows the most bytes of heap that were in use since the mark.
type gauge struct {
	mu   sync.Mutex
	peak uint64
}

// inUse is the heap in bytes, what the next collection will free included: HeapInuse of runtime.MemStats, which can be
// read without stopping the program.
func inUse() (sum uint64) {
	all := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/unused:bytes"}}
	metrics.Read(all)
	for _, s := range all {
		sum += s.Value.Uint64()
	}
	return sum
}

func (g *gauge) watch(ctx context.Context) {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for ctx.Err() == nil {
		g.note()
		<-tick.C
	}
}

func (g *gauge) note() uint64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.peak = max(g.peak, inUse())
	return g.peak
}

// mark collects garbage and begins anew.
func (g *gauge) mark() uint64 {
	debug.FreeOSMemory()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.peak = inUse()
	return g.peak
}

// serve answers each connection with a number: the peak, and after the byte m what is in use from where it begins anew.
func (g *gauge) serve(path string) error {
	l, err := net.Listen("unix", path)
	if err != nil {
		return err
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			order := make([]byte, 1)
			answer := g.note
			if _, err := io.ReadFull(c, order); err == nil && order[0] == 'm' {
				answer = g.mark
			}
			fmt.Fprint(c, answer())
			_ = c.Close()
		}
	}()
	return nil
}

// ask asks a gauge.
func ask(t *testing.T, path, order string) int64 {
	t.Helper()
	c, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	_, err = io.WriteString(c, order)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(c)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.ParseInt(string(b), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestMemoryOfFiles carries the largest files there are both ways, over real connections, through a webcare in a process
// of its own. Files go through it; what it needs for that is less than mostForFiles, however large they are.
func TestMemoryOfFiles(t *testing.T) {
	const mostForFiles = 20 << 20
	if underRace { // that takes several times the memory of webcare
		return
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	w := newTown(t)
	gauge := filepath.Join(t.TempDir(), "gauge")
	p := w.spawn("env", gaugePath+"="+gauge, self, "run", "-config", w.config)
	p.up().says("slack: socket open")
	jan := w.telegram.NewCustomer("Jan")
	jan.Write("Hallo?")
	thread := w.shown("Hallo?", p.log)
	w.marked(w.answer(thread, "Dag!"), "white_check_mark", p.log)

	content := func(n int) []byte { return bytes.Repeat([]byte("0123456789abcdef"), n/16+1)[:n] }
	share := func(n, each int) func() func() bool {
		return func() func() bool {
			var files []slacksim.Upload
			for i := range n {
				files = append(files, slacksim.Upload{Name: fmt.Sprintf("film%d.mkv", i), Mimetype: "application/octet-stream", Content: content(each)})
			}
			before := len(jan.Messages())
			if _, err := w.slack.Say(slacksim.Saying{User: sanne, Channel: desk, ThreadTS: thread, Text: "Zo:", Files: files}); err != nil {
				t.Fatal(err)
			}
			return func() bool {
				all := jan.Messages()[before:]
				for _, m := range all {
					if got, _, _ := w.telegram.File(m.Document.FileID); !bytes.Equal(got, files[0].Content) {
						t.Fatalf("a file of %d bytes has %d on the phone, or others", each, len(got))
					}
				}
				return len(all) == n
			}
		}
	}
	sent := func(n, each int) func() func() bool {
		return func() func() bool {
			in, want := w.telegram.Album(), content(each)
			before := len(w.shared(thread))
			for i := range n {
				jan.SendDocument(fmt.Sprintf("film%d.mkv", i), want, "", in)
			}
			return func() bool {
				all := w.shared(thread)[before:]
				for _, got := range all {
					if !bytes.Equal(got, want) {
						t.Fatalf("a file of %d bytes has %d on the desk, or others", each, len(got))
					}
				}
				return len(all) == n
			}
		}
	}
	for _, c := range []struct {
		name  string
		begin func() (arrived func() bool)
	}{
		{"50 MB to Telegram", share(1, 50<<20)},
		{"an album of ten times 5 MB to Telegram", share(10, 5<<20)},
		{"20 MB from Telegram", sent(1, 20<<20)},
		{"an album of five times 20 MB from Telegram", sent(5, 20<<20)},
	} {
		t.Run(c.name, func(t *testing.T) {
			base := ask(t, gauge, "m")
			await(t, "the files have arrived", c.begin(), p.log)
			extra := ask(t, gauge, "?") - base
			t.Logf("%.1f MB beside the %.1f MB before", float64(extra)/(1<<20), float64(base)/(1<<20))
			if extra >= mostForFiles {
				t.Errorf("it took %d MB, and should take less than %d", extra>>20, mostForFiles>>20)
			}
		})
	}
	p.signal(syscall.SIGTERM)
	if s := p.ends(10 * time.Second); s != 0 {
		t.Errorf("ended with status %d", s)
	}
}

// shared is what stands in a thread of files, in order.
func (w *town) shared(thread string) (all [][]byte) {
	for _, m := range w.slack.Thread(desk, thread) {
		if m.User == sanne {
			continue
		}
		for _, f := range m.Files {
			_, content, _ := w.slack.File(f.ID)
			all = append(all, content)
		}
	}
	return all
}
