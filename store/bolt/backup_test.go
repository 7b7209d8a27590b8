package bolt

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"webcare/bot/conversation"
	"webcare/store"
	"webcare/store/storetest"
)

// live is the nth update of a life that writes by every verb. It depends on n and on what the steps before it left.
func live(tx store.Tx, n int) error {
	id := conversation.ID(fmt.Sprintf("0190aaaa0000%012x", n%50))
	c := storetest.Filled(uint64(n), conversation.Conversation{})
	c.ID, c.Turn, c.Due = id, []conversation.Turn{conversation.Waiting, conversation.Answered, conversation.Snoozed, conversation.Done}[n%4], fixtureTime(n%90)
	c.Ref.Key, c.Thread.TS, c.Old = fmt.Sprint(id, n%3), fmt.Sprint(id, n%5), nil
	effects, states := storetest.Effects(), []store.State{store.Ready, store.Doing, store.Refused, store.Maybe}
	j := store.Job{Key: store.Key{Conversation: id, Seq: uint64(n)}, Effect: effects[n%len(effects)], State: states[n%len(states)], At: fixtureTime(n)}
	size := 4000
	if n%50 == 0 { // together more than a backup writes at once
		size = 200_000
	}
	old := j
	old.Key.Seq -= 100
	_, err := tx.Saw("a", fmt.Sprint(n%500), fixtureTime(n*100))
	_, err2 := tx.ForgetSeen(fixtureTime(n*100-50_000), 3)
	_, err3 := tx.Park(store.Parked{Account: "a", ID: fmt.Sprint(n), Event: storetest.Events()[n%len(storetest.Events())]})
	err4 := tx.Set(old)
	if errors.Is(err4, store.ErrNotFound) {
		err4 = nil
	}
	return errors.Join(
		err, err2, err3, err4, tx.Put(c), tx.Append(id, uint64(n), fixtureTime(n), conversation.Reacted{ExternalID: fmt.Sprint(n)}), tx.Enqueue(j),
		tx.Drop(store.Key{Conversation: id, Seq: uint64(n - 200)}), tx.Unpark(uint64(max(0, n-20))), tx.KeepRaw("a", fmt.Sprint(n%700), bytes.Repeat([]byte{byte(n)}, size)),
		tx.PutReady(conversation.Ready{Word: fmt.Sprint("w", n%10), Text: conversation.Plainly(fmt.Sprint(n))}), tx.DropReady(fmt.Sprint("w", (n+5)%10), ""),
		tx.SetCursor("n", fmt.Sprint(n)),
	)
}

// next does the step behind the last that was done.
func next(tx store.Tx) error {
	last, err := tx.Cursor("n")
	if err != nil {
		return err
	}
	n, _ := strconv.Atoi(last)
	return live(tx, n+1)
}

// Backups that are made while several write hold, key by key, what a store holds after so many steps, and nothing of the
// next. Restored, they answer every verb as that store does, and go on as it does.
func TestBackupIsOneMoment(t *testing.T) {
	s := newStore(t, Options{noSync: true})
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if err := s.Update(t.Context(), next); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	dir, meanwhile := t.TempDir(), 0
	const copies = 3
	each := 150
	if underRace {
		each = 30
	}
	for i := range copies {
		for n := 0; n < (i+1)*each; n, _ = strconv.Atoi(cursorOf(t, s, "n")) {
		}
		if err := s.Backup(t.Context(), filepath.Join(dir, fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
		n, _ := strconv.Atoi(cursorOf(t, s, "n"))
		c := openTest(t, filepath.Join(dir, fmt.Sprint(i)), Options{noSync: true})
		had, err := strconv.Atoi(cursorOf(t, c, "n"))
		if err := errors.Join(err, c.Close()); err != nil {
			t.Fatal(err)
		}
		meanwhile += n - had
	}
	close(stop)
	wg.Wait()
	if meanwhile == 0 {
		t.Error("nothing was written while the backups were made")
	}

	same := newStore(t, Options{noSync: true})
	for i, n := range make([]int, copies) {
		c := openTest(t, filepath.Join(dir, fmt.Sprint(i)), Options{noSync: true})
		had, _ := strconv.Atoi(cursorOf(t, c, "n"))
		for n, _ = strconv.Atoi(cursorOf(t, same, "n")); n < had; n++ {
			if err := same.Update(t.Context(), next); err != nil {
				t.Fatal(err)
			}
		}
		sameContent(t, fmt.Sprintf("the copy after %d steps", n), content(t, c), content(t, same))
		if told(t, c) != told(t, same) {
			t.Errorf("after %d steps the copy answers otherwise", n)
		}
		sound(t, c)
		for _, x := range []*Store{c, same} {
			if err := x.Update(t.Context(), next); err != nil {
				t.Error(err)
			}
		}
		sameContent(t, "the copy, one step further", content(t, c), content(t, same))
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A backup made while the store is written to holds one consistent state, and what was deleted is not in it.
func TestBackupInUse(t *testing.T) {
	s := newStore(t, Options{})
	if err := fixture(t, s); err != nil {
		t.Fatal(err)
	}
	secret := bytes.Repeat([]byte("delete me "), 1000)
	for i := range 300 {
		err := s.Update(t.Context(), func(tx store.Tx) error {
			return errors.Join(tx.KeepRaw("old", fmt.Sprint(i), secret), tx.SetCursor("n", fmt.Sprint(i)))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			err := s.Update(t.Context(), func(tx store.Tx) error {
				return errors.Join(tx.SetCursor("x", fmt.Sprint(i)), tx.SetCursor("y", fmt.Sprint(i)))
			})
			if err != nil {
				t.Error(err)
			}
		}
	})
	path := filepath.Join(t.TempDir(), "copy.db")
	steps, end := 0, 0
	err := s.BackupProgress(t.Context(), path, func(done, total int) {
		if steps++; done < end || done > total {
			t.Errorf("progress %d of %d after %d", done, total, end)
		}
		end = done
	})
	close(stop)
	wg.Wait()
	if err != nil || steps == 0 {
		t.Fatalf("%d steps: %v", steps, err)
	}
	c := openTest(t, path, Options{})
	defer c.Close()
	if x, y := cursorOf(t, c, "x"), cursorOf(t, c, "y"); x != y {
		t.Errorf("half a transaction: %q and %q", x, y)
	}
	if err := c.View(t.Context(), checkFixture); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("mode %v: %v", info.Mode(), err)
	}
}

func TestBackupIsCompact(t *testing.T) {
	s := newStore(t, Options{})
	err := s.Update(t.Context(), func(tx store.Tx) error {
		return tx.Enqueue(store.Job{Key: store.Key{Conversation: "desk"}, Effect: secretEffect(), State: store.Ready})
	})
	if err == nil {
		err = s.Update(t.Context(), func(tx store.Tx) error { return tx.Drop(store.Key{Conversation: "desk"}) })
	}
	path := filepath.Join(t.TempDir(), "copy.db")
	if err = errors.Join(err, s.Backup(t.Context(), path)); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil || bytes.Contains(b, []byte("delete me")) || len(b) > 200<<10 {
		t.Errorf("the backup has %d bytes, and what was deleted: %v, %v", len(b), bytes.Contains(b, []byte("delete me")), err)
	}
}

func secretEffect() conversation.Effect {
	return conversation.Announce{Notice: conversation.Notice{Detail: strings.Repeat("delete me ", 10_000)}}
}
