package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"webcare/bot/conversation"
	"webcare/store"
	"webcare/store/bolt"
)

// TestVerify: a data file is read while the bot runs and when it does not, and so is a copy of it.
func TestVerify(t *testing.T) {
	w := newTown(t)
	if status, _, errOut := w.do("verify"); status != 1 || errOut != "webcare: there is no data file "+w.db+"\n" {
		t.Errorf("of nothing: status %d, standard error %q", status, errOut)
	}
	r := w.start().up()
	jan := w.telegram.NewCustomer("Jan")
	jan.Write("Mijn pakket is kapot")
	w.marked(w.answer(w.shown("Mijn pakket is kapot", r.log), "Wat vervelend!"), "white_check_mark", r.log)
	status, out, errOut := w.do("verify")
	for _, want := range []string{
		w.db + "\n  ✔ it holds 1 conversation, ", " events of their histories, ", "  ? whether every page of the file is used once", "\nThe file is sound.\n",
		"  ✔ every record can be read, and every index says what the records say\n", "  ✔ nothing in it contradicts itself\n",
	} {
		if status != 0 || !strings.Contains(out, want) || errOut != "" {
			t.Errorf("while the bot runs: status %d, standard error %q, want %q in\n%s", status, errOut, want, out)
		}
	}
	if status, _, errOut := w.do("verify", w.db); status != 1 || !strings.Contains(errOut, "is in use; webcare verify, without a name") {
		t.Errorf("by its name: status %d, standard error %q", status, errOut)
	}
	copied := filepath.Join(w.dir, "copy.db")
	if status, _, errOut := w.do("backup", copied); status != 0 {
		t.Fatal(errOut)
	}
	t.Chdir(t.TempDir()) // where there is no config
	var alone, said bytes.Buffer
	if status := webcare(t.Context(), []string{"verify", copied}, &alone, &said); status != 0 || said.Len() > 0 || !strings.Contains(alone.String(), "✔ every page of the file is used once") {
		t.Errorf("a copy: status %d, standard error %q, output\n%s", status, said.String(), alone.String())
	}
	r.stop()
	if status, out, errOut := w.do("verify"); status != 0 || !strings.Contains(out, "✔ every page of the file is used once") || errOut != "" {
		t.Errorf("when the bot does not run: status %d, standard error %q, output\n%s", status, errOut, out)
	}
	left, err := filepath.Glob(filepath.Join(w.dir, "*"))
	if err != nil || len(left) != 3 {
		t.Errorf("left behind: %q %v", left, err)
	}
}

// TestVerifyFinds: what is wrong is said, each in a line, with what to do about it.
func TestVerifyFinds(t *testing.T) {
	w := newTown(t)
	r := w.start().up()
	jan := w.telegram.NewCustomer("Jan")
	jan.Write("Mijn pakket is kapot")
	w.shown("Mijn pakket is kapot", r.log)
	r.stop()
	db, err := bolt.Open(w.db, bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(t.Context(), func(tx store.Tx) error {
		return tx.Enqueue(store.Job{Key: store.Key{Conversation: "nobody"}, Effect: conversation.Render{}, State: store.Ready, At: time.Now()})
	})
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	status, out, errOut := w.do("verify")
	if status != 1 || errOut != "" || !strings.Contains(out, "  ! job nobody.0.0: there is no such conversation\n") || !strings.Contains(out, "The file can be read, but an error of webcare") {
		t.Errorf("what contradicts itself: status %d, standard error %q, output\n%s", status, errOut, out)
	}
	if status, out, _ := w.do("backup", filepath.Join(w.dir, "copy.db")); status != 0 {
		t.Errorf("a file that contradicts itself has no backup: %s", out)
	}
	b, err := os.ReadFile(w.db)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(w.db, bytes.ReplaceAll(b, []byte("Mijn pakket"), []byte("Mijn tasjes")), 0o600); err != nil {
		t.Fatal(err)
	}
	status, out, errOut = w.do("verify")
	if status != 1 || errOut != "" || !strings.Contains(out, "the store is damaged: the checksum of the record is wrong\n") || !strings.Contains(out, "  ✘ conversation \"") ||
		!strings.HasSuffix(out, "\nThe file is damaged (✘). Keep it, and put a backup in its place that is sound: webcare verify BACKUP.\n") {
		t.Errorf("a record that was changed: status %d, standard error %q, output\n%s", status, errOut, out)
	}
	if strings.Contains(out, "tasjes") {
		t.Errorf("a customer's words are repeated:\n%s", out)
	}
	if err := os.WriteFile(w.db, []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, out, errOut := w.do("verify"); status != 1 || out != "" || !strings.Contains(errOut, "put a backup in its place") {
		t.Errorf("no data file at all: status %d, standard error %q, output\n%s", status, errOut, out)
	}
}
