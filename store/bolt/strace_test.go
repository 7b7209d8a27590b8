package bolt

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"webcare/store"
)

var syscalls = flag.Int("syscalls", 60, "at how many of its first writes and syncs the store is killed")

// What the store does to its file and its folder. A call of another kind would go unseen: TestRecording looks for them.
const lasting = "pwrite64,fdatasync,fsync,ftruncate,linkat,unlinkat"

// tracedCall is one call that strace (https://strace.io) saw.
type tracedCall struct {
	name, args, result string
}

// straced runs a child on the store below strace, which notes the calls named by trace; inject, where it is not empty,
// has a call fail or end the process. It gives what the child said and the calls of the thread that works on the store.
func straced(t *testing.T, path string, steps int, trace, inject string) (said []string, calls []tracedCall) {
	t.Helper()
	return stracedTo(t, path, "", steps, trace, inject)
}

// stracedTo is straced with a backup at the end.
func stracedTo(t *testing.T, path, to string, steps int, trace, inject string) (said []string, calls []tracedCall) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(t.TempDir(), "strace")
	args := []string{"-ff", "-qq", "-xx", "-s", "4000000", "-e", "signal=none", "-o", log, "-e", "trace=" + trace}
	if !strings.Contains(inject, "signal=") { // it is quicker, but strace 6.1 sends no signal then
		args = append(args, "--seccomp-bpf")
	}
	if inject != "" {
		args = append(args, "-e", "inject="+inject)
	}
	cmd := exec.CommandContext(t.Context(), "strace", append(args, self, "-test.run=^TestChild$")...)
	cmd.Env = append(os.Environ(), childPath+"="+path, childSteps+"="+strconv.Itoa(steps), childBackup+"="+to)
	var problems strings.Builder
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
		t.Fatal(err)
	}
	said = strings.Split(strings.TrimSpace(string(out)), "\n")
	if calls = callsOf(t, log); len(calls) == 0 && inject == "" {
		t.Fatalf("strace saw nothing: %v %s\n%s", err, problems.String(), out)
	}
	return said, calls
}

// callsOf reads the calls of the thread that works on the store, as far as they returned. Strace keeps a file for each
// thread; of one that is killed the last call can stand in the file of another thread too.
func callsOf(t *testing.T, log string) (calls []tracedCall) {
	t.Helper()
	files, err := filepath.Glob(log + ".*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), "pwrite64(") {
			continue
		}
		got := returned(string(text))
		if len(got) > 0 && len(calls) > 0 {
			t.Fatal("two threads work on the store: its calls cannot be counted")
		}
		calls = append(calls, got...)
	}
	return calls
}

// returned reads lines such as "fsync(5)    = 0" and "fsync(5) = -1 EIO (Input/output error)".
func returned(log string) (calls []tracedCall) {
	for line := range strings.Lines(log) {
		name, rest, isCall := strings.Cut(line, "(")
		end := strings.LastIndex(rest, " = ")
		if !isCall || end < 0 {
			continue
		}
		result, _, _ := strings.Cut(strings.TrimSpace(rest[end+3:]), " ")
		if result != "?" {
			calls = append(calls, tracedCall{name, strings.TrimSuffix(strings.TrimRight(rest[:end], " "), ")"), result})
		}
	}
	return calls
}

// needStrace skips a test where strace is missing or may not look at other processes. The gate lets nothing be skipped.
func needStrace(t *testing.T) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), "strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=fsync", "true").CombinedOutput(); err != nil {
		t.Skipf("strace does not work here (Debian has a package of that name): %v %s", err, out)
	}
}

// at is how strace is told to have something happen at the n-th (from 0) of the calls of a run.
func at(calls []tracedCall, n int, what string) string {
	nth := 1
	for _, c := range calls[:n] {
		if c.name == calls[n].name {
			nth++
		}
	}
	return fmt.Sprintf("%s:%s:when=%d", calls[n].name, what, nth)
}

// acknowledged is the last update that a child said is done.
func acknowledged(said []string) (last int) {
	for _, line := range said {
		_, _ = fmt.Sscanf(line, "done %d", &last)
	}
	return last
}

// part is how much is done of what was asked for.
func part(n int) int {
	if underRace {
		return (n + 3) / 4
	}
	return n
}

// enough is how many updates make at least n calls: each makes two writes and two syncs.
func enough(n int) int { return n/4 + 1 }

// Killed at its first write or sync, its second, its third …: the file opens, is sound, and nothing acknowledged is
// missing. The call at which it is killed is not carried out.
func TestKilledAtEachCall(t *testing.T) {
	needStrace(t)
	w, most := newStates(t), part(*syscalls)
	steps := enough(most)
	_, calls := straced(t, filepath.Join(t.TempDir(), "x.db"), steps, lasting, "")
	if len(calls) < most {
		t.Fatalf("%d updates made %d calls", steps, len(calls))
	}
	kinds := map[string]int{}
	for n := range most {
		path, inject := filepath.Join(t.TempDir(), "x.db"), at(calls, n, "signal=SIGKILL")
		said, made := straced(t, path, steps, lasting, inject)
		if len(made) != n {
			t.Fatalf("call %d (%s): it was killed behind %d calls, and said %q", n+1, inject, len(made), said)
		}
		if err := w.intact(t, path, acknowledged(said)); err != nil {
			t.Errorf("killed at call %d (%s): %v", n+1, inject, err)
		}
		kinds[calls[n].name]++
	}
	t.Logf("killed at each of the first %d calls: %v", most, kinds)
}

// A call that fails instead: the store says that it is full, and goes on, or that it has failed, and does not; it is
// sound afterwards, and nothing acknowledged is missing.
func TestFailingCalls(t *testing.T) {
	needStrace(t)
	w, most := newStates(t), part(*syscalls)
	steps := enough(most)
	r := rand.New(rand.NewPCG(seed(t), 2))
	_, calls := straced(t, filepath.Join(t.TempDir(), "x.db"), steps, lasting, "")
	opening := 1 + slices.IndexFunc(calls, func(c tracedCall) bool { return c.name == "unlinkat" }) // the last call of making the file
	outcomes, met := map[string]int{}, map[string]bool{}
	for n := range min(most, len(calls)) {
		for _, fault := range []string{"EIO", "ENOSPC"} {
			kind := fmt.Sprintf("%s of %s, opening: %v", fault, calls[n].name, n < opening)
			if met[kind] && r.IntN(4) > 0 {
				continue
			}
			met[kind] = true
			path, inject := filepath.Join(t.TempDir(), "x.db"), at(calls, n, "error="+fault)
			said, _ := straced(t, path, steps, lasting, inject)
			outcome, err := judged(said, calls[n].name, fault, n < opening, steps)
			if err == nil {
				err = w.intact(t, path, acknowledged(said))
			}
			if err != nil {
				t.Errorf("call %d (%s): %v\n%q", n+1, inject, err, said)
			}
			outcomes[outcome]++
		}
	}
	t.Logf("what the store said: %v", outcomes)
}

// A backup that is killed at any of its writes and syncs, or meets a failing one, is there as a whole or not at all: it is
// there where that was said, and not where it failed, but for the sync of the folder, which comes behind it. The store
// does not suffer. With fewer than 200 -syscalls each call is tried in one way of three.
func TestBackupAtEachCall(t *testing.T) {
	needStrace(t)
	const steps = 10
	w, dir := newStates(t), t.TempDir()
	_, before := straced(t, filepath.Join(dir, "x.db"), steps, lasting, "")
	_, calls := stracedTo(t, filepath.Join(dir, "y.db"), filepath.Join(dir, "y.copy"), steps, lasting, "")
	outcomes := map[string]int{}
	for n := len(before); n < len(calls); n++ {
		for i, what := range []string{"signal=SIGKILL", "error=EIO", "error=ENOSPC"} {
			if (n+i)%3 > 0 && part(*syscalls) < 200 {
				continue
			}
			path, to, inject := filepath.Join(t.TempDir(), "x.db"), filepath.Join(t.TempDir(), "copy.db"), at(calls, n, what)
			said, _ := stracedTo(t, path, to, steps, lasting, inject)
			outcome, late := "nothing", false
			for _, line := range said {
				if strings.Contains(line, "copied") {
					outcome, _, _ = strings.Cut(line, " ")
					late = strings.Contains(line, "sync "+filepath.Dir(to)+":")
				}
				if strings.HasPrefix(line, "uncopied") && strings.Contains(line, store.ErrFull.Error()) != (what == "error=ENOSPC") {
					t.Errorf("%s: %s", inject, line)
				}
			}
			outcomes[what+": "+outcome]++
			err, there := w.intact(t, path, steps), false
			if _, missing := os.Stat(to); missing == nil {
				there, err = true, errors.Join(err, w.intact(t, to, steps))
			}
			if err != nil || there && outcome == "uncopied" && !late || !there && outcome == "copied" {
				t.Errorf("%s: it says %q, the copy is there: %v, %v", inject, said, there, err)
			}
		}
	}
	t.Logf("what was said of the backup: %v", outcomes)
}

// judged says whether what a child said is the right thing to say of a call that failed.
func judged(said []string, call, fault string, opening bool, steps int) (outcome string, err error) {
	want := "failed"
	begins := func(with string) bool {
		return slices.ContainsFunc(said, func(line string) bool { return strings.HasPrefix(line, with) })
	}
	switch {
	case call == "linkat", call == "unlinkat": // there is another way, or it does not matter
		want = "done"
	case opening:
		want = "unopened"
	case fault == "ENOSPC" && (call == "pwrite64" || call == "ftruncate"):
		want = "full"
	}
	switch {
	case !begins(want), want != "full" && begins("full"), want != "failed" && begins("failed"):
		return want, fmt.Errorf("it does not say %q", want)
	case (want == "done" || want == "full") && acknowledged(said) != steps:
		return want, errors.New("it does not go on")
	case want == "unopened" && fault == "ENOSPC" && !strings.Contains(strings.Join(said, "\n"), store.ErrFull.Error()):
		return want, errors.New("it does not say that the disk is full")
	}
	return want, nil
}
