package demo

import (
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
)

// TestDoor holds that a door that is shut refuses, breaks what was open, and opens again at the same address.
func TestDoor(t *testing.T) {
	d, err := newDoor(t.Context(), "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	hung := make(chan struct{})
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "in") })
	mux.HandleFunc("/hang", func(_ http.ResponseWriter, r *http.Request) {
		close(hung)
		<-r.Context().Done()
	})
	server := &http.Server{Handler: mux}
	d.serve(server, &wg)
	defer wg.Wait()
	defer server.Close() //nolint:errcheck // the end of the test
	defer d.brickUp()

	get := func(path string) error {
		answer, err := http.Get(d.base() + path)
		if err == nil {
			err = answer.Body.Close()
		}
		return err
	}
	if err := get("/"); err != nil {
		t.Fatal(err)
	}
	broken := make(chan error, 1)
	go func() { broken <- get("/hang") }()
	<-hung
	if err := d.move(true); err != nil {
		t.Fatal(err)
	}
	if <-broken == nil {
		t.Error("what was open is still open")
	}
	if c, err := net.Dial("tcp", d.addr); err == nil {
		_ = c.Close()
		t.Error("a shut door lets in")
	}
	for range 2 { // twice is as good as once
		if err := d.move(false); err != nil {
			t.Fatal(err)
		}
	}
	if err := get("/"); err != nil {
		t.Errorf("open again: %v", err)
	}
	d.brickUp()
	if err := d.move(false); err != nil || get("/") == nil {
		t.Errorf("a door that is bricked up opens (%v)", err)
	}
}

// TestLevers moves every lever both ways.
func TestLevers(t *testing.T) {
	w := newWorld(t)
	var wg sync.WaitGroup
	server := &http.Server{Handler: w.handler()}
	w.slackDoor.serve(server, &wg)
	w.telegramDoor.serve(server, &wg)
	defer wg.Wait()
	defer server.Close() //nolint:errcheck // the end of the test
	defer w.close()
	for name, is := range map[string]func(leverState) bool{
		"slackDown":    func(s leverState) bool { return s.SlackDown },
		"telegramDown": func(s leverState) bool { return s.TelegramDown },
		"slow":         func(s leverState) bool { return s.Slow },
		"loseSlack":    func(s leverState) bool { return s.LoseSlack },
		"loseTelegram": func(s leverState) bool { return s.LoseTelegram },
	} {
		w.must(w.act("lever", "name", name, "on", "true"))
		if !is(w.levers.state()) {
			t.Errorf("%s is not on: %+v", name, w.levers.state())
		}
		w.must(w.act("lever", "name", name, "on", "false"))
		if w.levers.state() != (leverState{}) {
			t.Errorf("%s is not off: %+v", name, w.levers.state())
		}
	}
	if _, err := http.Get(w.slackDoor.base() + "/slack/api/auth.test"); err != nil {
		t.Errorf("after all that: %v", err)
	}
}
