package bot_test

import (
	"testing"
	"testing/synctest"
	"time"

	slacksim "webcare/adapters/slack/sim"
	"webcare/bot/conversation"
	"webcare/bot/nudge"
	"webcare/store"
	"webcare/store/bolt"
)

// TestPictureHangs: a picture that hangs holds up nothing, also where a post fails meanwhile, and is given up
// after a few tries.
func TestPictureHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		week, err := nudge.ParseWeek([]string{"mon-fri 09:00-17:00"})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Until(time.Date(2000, 1, 3, 16, 50, 0, 0, time.UTC)))
		w.hours, w.digest = nudge.Hours{Week: week}, true
		w.start()
		after(2 * time.Second)
		jan := w.telegram.NewCustomer("Jan")
		jan.Start()
		jan.Write("hoi")
		const upload = "files.getUploadURLExternal"
		w.slack.Fail(slacksim.Fault{Method: upload, Kind: slacksim.Hang, Times: -1})
		closes := time.Date(2000, 1, 3, 17, 0, 0, 0, time.UTC)
		after(time.Until(closes) + 5*time.Second)
		if digests, tries := len(w.tape.list("chat.postMessage", 200, closes)), len(w.tape.list(upload, 0, closes)); digests != 1 {
			t.Fatalf("%d digests and %d pictures were tried", digests, tries)
		}
		w.slack.Fail(slacksim.Fault{Method: "chat.postMessage", Kind: slacksim.ServerError, Times: 1}) // while the picture hangs
		eva := w.telegram.NewCustomer("Eva")
		eva.Start()
		eva.Write("hoi")
		after(time.Second)
		back := time.Now()
		tom := w.telegram.NewCustomer("Tom")
		tom.Start()
		tom.Write("hoi")
		after(8 * time.Second)
		if n := len(w.tape.list("chat.postMessage", 200, back)); n != 1 { // of Eva's it must first be known that it is not there
			t.Errorf("%d cards while a picture hangs", n)
		}
		after(20 * time.Minute)
		tries := len(w.tape.list(upload, 0, closes))
		if tries != 5 {
			t.Errorf("the picture was tried %d times", tries)
		}
		w.slack.Heal()
		after(20 * time.Minute)
		if n := len(w.tape.list(upload, 0, closes)); n != tries {
			t.Errorf("given up, and tried %d times more", n-tries)
		}
		w.end()
		db, err := bolt.Open(w.db, bolt.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = db.Close() }()
		if err := db.View(t.Context(), func(tx store.Tx) error {
			for j, err := range tx.Stuck() {
				t.Errorf("stuck: %v, %v", j.Key, err)
			}
			for j, err := range tx.Lane(store.Lane{Conversation: conversation.PictureID, Way: conversation.Inward}) {
				t.Errorf("in the lane: %v, %v", j.Key, err)
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
	})
}
