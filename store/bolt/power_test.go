package bolt

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var images = flag.Int("images", 1000, "how many images of a power cut are looked at")

// sector is what a disk writes whole or not at all, in bytes.
const sector = 512

// act is one thing that a run of the store did, as far as it lasts.
type act struct {
	kind actKind
	// data was written at a place; size is that of a truncation, or the number of an acknowledgement.
	data []byte
	size int64
}

type actKind int

const (
	wrote     actKind = iota
	resized           // the file was given another size
	synced            // what was done to the file is on disk
	named             // the file got its name
	folder            // the name is on disk
	acked             // an update was acknowledged
	forgotten         // a sync that is left out
)

// recorded runs a child on a new store until there are so many updates in it, in two lives, and gives all it did.
func recorded(t *testing.T, updates int) (acts []act) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.db")
	for _, until := range []int{updates * 2 / 3, updates} {
		// Besides what is known below, everything by which a file can be changed.
		trace := "openat,write," + lasting + ",open,creat,pwritev,pwritev2,writev,fallocate,truncate,renameat,renameat2,rename,copy_file_range,sync_file_range,sendfile,msync"
		_, calls := straced(t, path, until, trace, "")
		got, err := actsOf(calls, path)
		if err != nil {
			t.Fatal(err)
		}
		acts = append(acts, got...)
	}
	return acts
}

// actsOf reads what was done to a store from the calls of its process.
func actsOf(calls []tracedCall, path string) (acts []act, err error) {
	files := map[string]bool{} // by descriptor: true = the file, false = its folder
	for _, c := range calls {
		first, rest, _ := strings.Cut(c.args, ", ")
		if c.name == "linkat" && c.result == "0" {
			acts = append(acts, act{kind: named})
			continue
		}
		if c.name == "openat" {
			opened, err := unhex(rest)
			if err != nil {
				return nil, err
			}
			delete(files, c.result)
			if dir := filepath.Dir(path); string(opened) == dir || strings.HasPrefix(string(opened), path) {
				files[c.result] = string(opened) != dir
			}
			continue
		}
		isFile, ours := files[first]
		var a act
		switch {
		case c.name == "write" && first == "1":
			line, err := unhex(rest)
			n, found := strings.CutPrefix(strings.TrimSpace(string(line)), "done ")
			if err != nil || !found {
				continue
			}
			a.kind = acked
			if a.size, err = strconv.ParseInt(n, 10, 64); err != nil {
				return nil, err
			}
		case c.name == "unlinkat", !ours:
			continue
		case !isFile && c.name == "fsync":
			a.kind = folder
		case c.name == "fdatasync", c.name == "fsync":
			a.kind = synced
		case c.name == "ftruncate":
			a.kind = resized
			if a.size, err = strconv.ParseInt(rest, 10, 64); err != nil {
				return nil, err
			}
		case c.name == "pwrite64":
			all := strings.Split(rest, ", ")
			a.data, err = unhex(rest)
			if err != nil || len(all) != 3 || strconv.Itoa(len(a.data)) != all[1] || c.result != all[1] {
				return nil, fmt.Errorf("a write that is not read: %d bytes, %q: %w", len(a.data), all[1:], err)
			}
			if a.size, err = strconv.ParseInt(all[2], 10, 64); err != nil {
				return nil, err
			}
		default:
			return nil, fmt.Errorf("the file is changed by %s, which this test does not know", c.name)
		}
		if c.result == "-1" {
			return nil, fmt.Errorf("%s failed", c.name)
		}
		acts = append(acts, a)
	}
	return acts, nil
}

// unhex reads the first quoted text, which is all \xNN.
func unhex(s string) ([]byte, error) {
	_, s, _ = strings.Cut(s, `"`)
	s, _, whole := strings.Cut(s, `"`)
	if !whole || len(s)%4 != 0 {
		return nil, errors.New("no text of bytes")
	}
	b := make([]byte, len(s)/4)
	for i := range b {
		n, err := strconv.ParseUint(s[4*i+2:4*i+4], 16, 8)
		if err != nil {
			return nil, err
		}
		b[i] = byte(n)
	}
	return b, nil
}

// disk is what a recorded run has left on a disk by some moment.
type disk struct {
	safe    file
	pending []act // since the last sync
	named   bool  // the file has its name
	sure    bool  // and keeps it
	said    int   // the last update that was acknowledged
}

// file has a size, and bytes up to where it was written; beyond there are zeros.
type file struct {
	data []byte
	size int64
}

func (f *file) write(b []byte, at int64) {
	if need := int(at) + len(b); need > len(f.data) {
		f.data = append(f.data, make([]byte, need-len(f.data))...)
	}
	copy(f.data[at:], b)
	f.size = max(f.size, int64(len(f.data)))
}

func (f *file) resize(n int64) {
	f.size = n
	f.data = f.data[:min(int64(len(f.data)), n)]
}

// do carries out what was recorded.
func (d *disk) do(a act) {
	switch a.kind {
	case wrote, resized:
		d.pending = append(d.pending, a)
	case synced:
		for _, p := range d.pending {
			if p.kind == resized {
				d.safe.resize(p.size)
			} else {
				d.safe.write(p.data, p.size)
			}
		}
		d.pending = nil
	case named:
		d.named = true
	case folder:
		d.sure = d.named
	case acked:
		d.said = int(a.size)
	case forgotten:
	}
}

// cut is what a power cut leaves: of all that was written since the last sync each sector is there or not, a new size
// holds or not, and so does a name. There may be no file.
func (d *disk) cut(r *rand.Rand) (f file, there bool) {
	f = file{data: slices.Clone(d.safe.data), size: d.safe.size}
	kept := r.Float64() // sometimes almost all, sometimes almost nothing
	for _, p := range d.pending {
		if p.kind == resized {
			if r.Float64() < kept {
				f.resize(p.size)
			}
			continue
		}
		for from := 0; from < len(p.data); from += sector {
			if r.Float64() < kept {
				f.write(p.data[from:min(from+sector, len(p.data))], p.size+int64(from))
			}
		}
	}
	return f, d.sure || d.named && r.Float64() < kept
}

// put writes the file, whose end is a hole.
func (f file) put(path string) error {
	if err := os.WriteFile(path, f.data, 0o600); err != nil {
		return err
	}
	return os.Truncate(path, f.size)
}

// cutOften looks at n images of power cuts, at random moments of a recorded run, and gives what is wrong with each.
func cutOften(t *testing.T, w *states, acts []act, n int, seed uint64) (bad []error) {
	t.Helper()
	type image struct{ number, moment int }
	all := make([]image, n)
	for i := range all {
		all[i] = image{i, rand.New(rand.NewPCG(seed, uint64(i))).IntN(len(acts) + 1)}
	}
	slices.SortFunc(all, func(a, b image) int { return a.moment - b.moment })
	path := filepath.Join(t.TempDir(), "x.db")
	var d disk
	done := 0
	for _, i := range all {
		for ; done < i.moment; done++ {
			d.do(acts[done])
		}
		f, there := d.cut(rand.New(rand.NewPCG(seed, uint64(n+i.number))))
		err := os.RemoveAll(path)
		if there && err == nil {
			err = f.put(path)
		}
		if err == nil {
			err = w.intact(t, path, d.said)
		}
		if err != nil {
			bad = append(bad, fmt.Errorf("image %d, behind act %d of %d, %d writes not synced: %w", i.number, i.moment, len(acts), len(d.pending), err))
		}
	}
	return bad
}

// After a power cut the file opens, is sound, and nothing acknowledged is missing, whatever of the writes since the last
// sync has reached the disk.
func TestPowerCut(t *testing.T) {
	needStrace(t)
	acts, n := recorded(t, 150), part(*images)
	for _, err := range cutOften(t, newStates(t), acts, n, seed(t)) {
		t.Error(err)
	}
	t.Logf("%d images of a run of %d acts", n, len(acts))
}

// TestPowerCut finds it where one of the two syncs of a commit is left out.
func TestPowerCutIsSeen(t *testing.T) {
	needStrace(t)
	w, acts, seed := newStates(t), recorded(t, 60), seed(t)
	for name, before := range map[string]bool{"the sync before the root": true, "the sync behind the root": false} {
		const most, few = 2000, 50
		less, bad, looked := without(acts, before), 0, 0
		for ; bad == 0 && looked < most; looked += few {
			bad = len(cutOften(t, w, less, few, seed+uint64(looked)))
		}
		if bad == 0 {
			t.Errorf("without %s all of %d images are sound", name, looked)
		}
		t.Logf("without %s %d of %d images are bad", name, bad, looked)
	}
}

// without leaves out the syncs before or behind each write of a root, which is in the first two pages.
func without(acts []act, before bool) []act {
	acts = slices.Clone(acts)
	root := func(i int) bool {
		return i >= 0 && i < len(acts) && acts[i].kind == wrote && acts[i].size < int64(2*os.Getpagesize())
	}
	for i, a := range acts {
		if a.kind == synced && (before && root(i+1) || !before && root(i-1)) {
			acts[i].kind = forgotten
		}
	}
	return acts
}
