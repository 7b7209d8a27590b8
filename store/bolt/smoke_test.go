package bolt

import (
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"webcare/bot/conversation"
	"webcare/store"
)

func TestSmoke(t *testing.T) {
	s, err := Open(filepath.Join(t.TempDir(), "x.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	id := conversation.ID("0123456789abcdef01234567")
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			err := s.Update(t.Context(), func(tx store.Tx) error {
				if i%10 == 3 {
					tx.SetCursor("bad", "x")
					return errors.ErrUnsupported
				}
				c, _ := tx.Conversation(id)
				c.ID, c.Seq = id, c.Seq+1
				c.Due = time.Unix(int64(i), 0)
				if err := tx.Append(id, c.Seq, time.Now(), conversation.Heard{ExternalID: "a\xffb"}); err != nil {
					return err
				}
				if err := tx.Enqueue(store.Job{Key: store.Key{Conversation: id, Seq: c.Seq}, Effect: conversation.Render{}, State: store.Ready}); err != nil {
					return err
				}
				return tx.Put(c)
			})
			if (err != nil) != (i%10 == 3) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	s.View(t.Context(), func(tx store.Tx) error {
		c, err := tx.Conversation(id)
		t.Log(c, err)
		for r, err := range tx.History(id) {
			t.Log(r, err)
			break
		}
		for l, err := range tx.Lanes() {
			t.Log(l, err)
		}
		for l, err := range tx.Due(time.Now()) {
			t.Log(l, err)
		}
		return nil
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
