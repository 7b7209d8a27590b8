package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestBackupAndRestore: a copy made while the bot runs takes over in the place of the data file; what was said before
// the copy goes on in its threads.
func TestBackupAndRestore(t *testing.T) {
	w := newTown(t)
	r := w.start().up()
	jan := w.telegram.NewCustomer("Jan")
	jan.Write("Mijn pakket is kapot")
	thread := w.shown("Mijn pakket is kapot", r.log)
	w.marked(w.answer(thread, "Wat vervelend!"), "white_check_mark", r.log)
	copied := filepath.Join(w.dir, "copy.db")
	t.Chdir(w.dir) // a relative path counts from where the command is given
	status, out, errOut := w.do("backup", "copy.db")
	want := copied + " is written: SIZE kB. To go back to it: stop webcare, put it in the place of " + w.db + ", start webcare.\n"
	if status != 0 || regexp.MustCompile(` \d+ kB`).ReplaceAllString(out, " SIZE kB") != want || errOut != "" {
		t.Errorf("status %d, output %q, standard error %q", status, out, errOut)
	}
	if info, err := os.Stat(copied); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the copy: %v %v", info, err)
	}
	if status, _, errOut := w.do("backup", "copy.db"); status != 1 || errOut != "webcare: "+copied+" exists already; name another file, for a backup never replaces one\n" {
		t.Errorf("once more: status %d, standard error %q", status, errOut)
	}
	if status, _, errOut := w.do("backup", "none/copy.db"); status != 1 || !strings.Contains(errOut, "no such file or directory") {
		t.Errorf("into no folder: status %d, standard error %q", status, errOut)
	}
	jan.Write("Hallo?")
	w.shown("Hallo?", r.log)
	if s := r.stop(); s != 0 {
		t.Fatalf("ended with status %d", s)
	}

	if err := os.Rename(copied, w.db); err != nil {
		t.Fatal(err)
	}
	again := w.start().up()
	jan.Write("Bent u er nog?")
	await(t, "the thread from before the backup goes on", func() bool { return w.thread("Bent u er nog?") == thread }, again.log)
	w.answer(thread, "Jazeker!")
	w.got(jan, "Jazeker!", again.log)
}

func TestBackupWithoutRun(t *testing.T) {
	w := newTown(t)
	for _, command := range [][]string{{"backup", w.dir + "/copy.db"}, {"queue"}, {"queue", "drop", "a.1.0"}} {
		if status, _, errOut := w.do(command...); status != 1 || !strings.HasPrefix(errOut, "webcare: there is no data file "+w.db+"; look at [store] path") {
			t.Errorf("%s of nothing: status %d, standard error %q", command, status, errOut)
		}
	}
	if _, err := os.Stat(w.db); err == nil {
		t.Error("a command made a data file")
	}
	w.start().up().stop()
	if status, out, errOut := w.do("backup", w.dir+"/copy.db"); status != 0 || !strings.Contains(out, "is written") || errOut != "" {
		t.Errorf("status %d, output %q, standard error %q", status, out, errOut)
	}
	left, err := filepath.Glob(filepath.Join(w.dir, "*"))
	if err != nil || len(left) != 3 {
		t.Errorf("left behind: %q %v", left, err)
	}
}
