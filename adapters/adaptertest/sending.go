package adaptertest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// message is an answer with a key of the shape that the bot makes.
func message(n int, text string) adapters.Outgoing {
	return adapters.Outgoing{
		Key:  fmt.Sprintf("0193aa77bb10c0ffee%06x.%d.0", n, n),
		Text: conversation.Plainly(text),
		By:   conversation.Person{ID: "U0STAFF", Name: "Robin", Initials: "RB"},
	}
}

// got checks what the customer's screen shows of ours.
func (s *sitting) got(want ...string) {
	s.Helper()
	if have := s.world.Got(); !slices.Equal(have, want) {
		s.Errorf("the customer has %q, want %q", have, want)
	}
}

func sends(s *sitting) {
	a := s.start()
	to := s.meet()
	var want []string
	for n, text := range []string{"Plain", "a & b < c > d", "*not* _markup_ `here`", "two\nlines", "emoji 👍🏽 and ünïcödé", strings.Repeat("long ", 400) + "end"} {
		receipt, err := a.Send(s.Context(), to, message(n, text))
		if _, o := s.keep(err); o != conversation.OK {
			s.Errorf("%q: %v", text, err)
			continue
		}
		if len(receipt.IDs) == 0 || receipt.IDs[0] == "" {
			s.Errorf("%q: the receipt names no id", text)
		}
		want = append(want, text)
	}
	styled := message(100, "go here")
	styled.Text.Spans = []conversation.Span{{From: 0, To: 7, Style: conversation.Bold}, {From: 3, To: 7, Style: conversation.Link, Target: "https://shop.example/a?b=c&d"}}
	if _, err := a.Send(s.Context(), to, styled); err != nil {
		s.Errorf("with spans: %v", err)
	}
	if have := s.world.Got(); len(have) != len(want)+1 || !slices.Equal(have[:len(want)], want) || !strings.HasPrefix(have[len(want)], "go here") {
		s.Errorf("the customer has %q, want %q and %q", have, want, "go here")
	}
	sendsFile(s, a, to)
}

// sendsFile looks at whether what was opened is closed, sent or not.
func sendsFile(s *sitting, a adapters.Adapter, to conversation.Ref) {
	s.Helper()
	opened, closed := 0, 0
	m := message(200, "see the file")
	m.Files = []adapters.Attachment{{
		File: conversation.File{ID: "F1", Name: "note.txt", Type: "text/plain", Size: 4, Kind: conversation.Document},
		Open: func(context.Context) (io.ReadCloser, int64, error) {
			opened++
			return &closer{bytes.NewReader([]byte("note")), func() { closed++ }}, 4, nil
		},
	}}
	_, err := a.Send(s.Context(), to, m)
	_, outcome := s.keep(err)
	if opened != closed {
		s.Errorf("%d files were opened and %d closed", opened, closed)
	}
	switch can := a.Limits(to, time.Now()).Files > 0; {
	case can && (err != nil || opened != 1):
		s.Errorf("a file: opened %d times, %v", opened, err)
	case !can && outcome != conversation.Refused:
		s.Errorf("a file where none can be sent: %v, want refused", err)
	}
	if a.Limits(to, time.Now()).Files == 0 {
		return
	}
	m = message(201, "a file that is gone")
	m.Files = []adapters.Attachment{{
		File: conversation.File{ID: "F2", Name: "gone.txt", Type: "text/plain", Kind: conversation.Document},
		Open: func(context.Context) (io.ReadCloser, int64, error) {
			return nil, 0, &adapters.SendError{Outcome: conversation.Refused, Reason: conversation.FileGone}
		},
	}}
	before := len(s.world.Got())
	_, err = a.Send(s.Context(), to, m)
	if e, o := s.keep(err); o != conversation.Refused || e.Reason != conversation.FileGone {
		s.Errorf("a file that cannot be opened: %v, want refused as gone", err)
	}
	if after := len(s.world.Got()); after != before {
		s.Error("something was sent although its file is gone")
	}
}

type closer struct {
	io.Reader
	closed func()
}

func (c *closer) Close() error {
	c.closed()
	return nil
}

// judges sees to the two rows of every call, "failed and did not happen" and "reported an error but did happen".
func judges(s *sitting) {
	a := s.start()
	to := s.meet()
	_, keyed := a.(adapters.Keyed)
	finder, _ := a.(adapters.Finder)
	var shown []string
	for n, row := range []struct {
		how  Break
		want conversation.Outcome
		done bool
	}{
		{Unreachable, conversation.Later, false},
		{Busy, conversation.Later, false},
		{No, conversation.Refused, false},
		{Fault, conversation.Maybe, false},
		{FaultButDone, conversation.Maybe, true},
		{Lost, conversation.Maybe, false},
		{LostButDone, conversation.Maybe, true},
		{Garbled, conversation.Maybe, true},
	} {
		time.Sleep(2 * time.Minute) // idle connections are closed by now
		begun := time.Now()
		if !s.world.Break(row.how, 1) {
			continue
		}
		m := message(n, string(row.how))
		_, err := a.Send(s.Context(), to, m)
		e, outcome := s.keep(err)
		if outcome != row.want {
			s.Errorf("%s: %v, want %s", row.how, err, row.want)
		}
		if row.done {
			shown = append(shown, string(row.how))
		}
		s.got(shown...)
		if e != nil && e.Reason == "" && row.want != conversation.Maybe {
			s.Errorf("%s: no reason is given", row.how)
		}
		if row.how == Busy && e != nil && (e.After < Wait || e.After > 2*Wait) {
			s.Errorf("busy: after %v, want the %v that the network asked for", e.After, Wait)
		}
		if finder != nil {
			if _, found, err := finder.Find(s.Context(), to, m.Key, begun); err != nil || found != row.done {
				s.Errorf("%s: found %v, %v; want %v", row.how, found, err, row.done)
			}
		}
		if outcome != conversation.Later && !keyed {
			continue
		}
		time.Sleep(10 * time.Second)
		// The bot tries again: what came late comes now, what was there already is not there twice.
		if _, err := a.Send(s.Context(), to, m); err != nil {
			s.Errorf("%s, tried again: %v", row.how, err)
		}
		if !row.done {
			shown = append(shown, string(row.how))
		}
		s.got(shown...)
	}
}

func givesUp(s *sitting) {
	a := s.start()
	to := s.meet()
	if !s.world.Break(Silent, 1) {
		return
	}
	begun := time.Now()
	_, err := a.Send(s.Context(), to, message(1, "into the silence"))
	if _, o := s.keep(err); o != conversation.Maybe {
		s.Errorf("no answer: %v, want maybe", err)
	}
	if took := time.Since(begun); took > 3*time.Minute {
		s.Errorf("it waited %v for an answer", took)
	}
}

func cancelled(s *sitting) {
	a := s.start()
	to := s.meet()
	ctx, cancel := context.WithCancel(s.Context())
	cancel()
	_, err := a.Send(ctx, to, message(1, "not wanted"))
	if _, o := s.keep(err); o == conversation.OK || o == conversation.Refused {
		s.Errorf("with a dead context: %v", err)
	}
	s.got()
	if _, err := a.Send(s.Context(), to, message(1, "wanted after all")); err != nil {
		s.Errorf("after that: %v", err)
	}
	s.got("wanted after all")
}

func limits(s *sitting) {
	a := s.start()
	to := s.meet()
	now := time.Now()
	l := a.Limits(to, now)
	if l.Length < 0 || l.Caption < 0 || l.Files < 0 || l.FileSize < 0 || l.Length > 0 && l.Caption > l.Length {
		s.Errorf("limits %+v", l)
	}
	if !l.Until.IsZero() && l.Until.Before(now) {
		s.Errorf("nothing may be written although the customer has just written: until %v", l.Until)
	}
	if l.ReadOnly {
		s.Error("the exam needs a conversation that can be answered")
	}
	if l.Count != nil && (l.Count("") != 0 || l.Count("a") < 1 || l.Count("ab") <= l.Count("a") || l.Count("👍🏽") < 1) {
		s.Error("Count does not count")
	}
	_, edits := a.(adapters.Editor)
	_, deletes := a.(adapters.Deleter)
	if l.Edit && !edits || l.Delete && !deletes {
		s.Errorf("limits promise edit %v and delete %v, the adapter can %v and %v", l.Edit, l.Delete, edits, deletes)
	}
	for _, key := range []string{"", ":", "/", "\x00", "-1", "99999999999999999999", strings.Repeat("x", 10_000), to.Key + "/more"} {
		ref := to
		ref.Key = key
		_ = a.Limits(ref, time.Time{}) // must not panic
	}
	if l.Length == 0 {
		return
	}
	exactly := strings.Repeat("x", l.Length)
	if _, err := a.Send(s.Context(), to, message(1, exactly)); err != nil {
		s.Errorf("a text as long as the limit: %v", err)
	}
	_, err := a.Send(s.Context(), to, message(2, exactly+"x"))
	if e, o := s.keep(err); o != conversation.Refused || e.Reason != conversation.TooLong {
		s.Errorf("a text longer than the limit: %v, want refused as too long", err)
	}
	s.got(exactly)
}

func changes(s *sitting) {
	a := s.start()
	to := s.meet()
	receipt, err := a.Send(s.Context(), to, message(1, "wrong"))
	if err != nil || len(receipt.IDs) == 0 {
		s.Fatalf("sending: %v, %v", receipt, err)
	}
	if e, ok := a.(adapters.Editor); ok {
		if err := e.Edit(s.Context(), to, receipt.IDs[0], message(2, "right")); err != nil {
			s.Errorf("editing: %v", err)
		}
		s.got("right")
		if err := e.Edit(s.Context(), to, receipt.IDs[0], message(3, "right")); err != nil {
			s.Errorf("editing to the same text: %v", err)
		}
	}
	if d, ok := a.(adapters.Deleter); ok {
		if err := d.Delete(s.Context(), to, receipt.IDs[0]); err != nil {
			s.Errorf("deleting: %v", err)
		}
		s.got()
		if err := d.Delete(s.Context(), to, receipt.IDs[0]); err != nil {
			if _, o := s.keep(err); o != conversation.Refused {
				s.Errorf("deleting what is gone: %v, want nothing or refused", err)
			}
		}
	}
}

func fetches(s *sitting) {
	a := s.start()
	f, ok := a.(adapters.Fetcher)
	if !ok {
		return
	}
	if s.world.WriteFile == nil {
		s.Fatal("the adapter is a Fetcher and the world has no WriteFile")
	}
	data := bytes.Repeat([]byte("0123456789abcdef"), 10_000)
	s.world.WriteFile("manual.pdf", data)
	one := s.heard(1)[0]
	files := one.Event.(conversation.Heard).Message.Files
	if len(files) != 1 || files[0].Name != "manual.pdf" {
		s.Fatalf("files = %+v", files)
	}
	r, size, err := f.Fetch(s.Context(), one.Ref, files[0])
	if err != nil {
		s.said = append(s.said, err)
		s.Fatalf("fetching: %v", err)
	}
	got, err := io.ReadAll(r)
	if err := r.Close(); err != nil {
		s.Errorf("closing: %v", err)
	}
	if err != nil || !bytes.Equal(got, data) || size != -1 && size != int64(len(data)) {
		s.Errorf("fetched %d bytes of %d, length told %d, %v", len(got), len(data), size, err)
	}
	gone := files[0]
	gone.ID += "x"
	r, _, err = f.Fetch(s.Context(), one.Ref, gone)
	if err == nil {
		_ = r.Close() // it should not be there
		s.Fatal("a file that does not exist was fetched")
	}
	if e, o := s.keep(err); o != conversation.Refused || e.Reason == "" {
		s.Errorf("a file that does not exist: %v, want refused", err)
	}
}
