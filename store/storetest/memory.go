package storetest

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"webcare/bot/conversation"
	"webcare/store"
)

func testSeen(t *testing.T, x *exam) {
	saw := func(account, id string, at time.Time, want bool) {
		t.Helper()
		x.update(func(tx store.Tx) error {
			is, err := tx.Saw(account, id, at)
			if is != want {
				t.Errorf("saw %s %s: got %v, want %v", account, id, is, want)
			}
			return err
		})
	}
	forget := func(before time.Time, limit, want int) {
		t.Helper()
		x.update(func(tx store.Tx) error {
			n, err := tx.ForgetSeen(before, limit)
			same(t, "forgotten", n, want)
			return err
		})
	}
	saw("a", "1", month(1), true)
	saw("a", "1", month(2), false)
	saw("b", "1", month(2), true)
	saw("a", "2", month(3), true)
	saw("", "", month(4), true)
	saw("a1", "", month(4), true)
	saw("a", "1", month(4), false)
	x.reopen()
	saw("b", "1", month(12), false)
	x.update(func(tx store.Tx) error { // twice in one transaction as well
		first, err := tx.Saw("c", "1", month(5))
		again, err2 := tx.Saw("c", "1", month(5))
		if !first || again {
			t.Errorf("in one transaction: first %v, again %v", first, again)
		}
		return joined(err, err2)
	})
	forget(month(1), 10, 0)
	forget(month(2), 10, 1)
	saw("a", "1", month(12), true)
	forget(month(60), 0, 0)
	forget(month(60), 2, 2) // the oldest: b 1 and one of the third month
	saw("b", "1", month(12), true)
	saw("a", "2", month(12), true)
	saw("a1", "", month(12), false)
	forget(month(60), 10, 6)
	forget(month(60), 10, 0)
	x.reopen()
	saw("a1", "", month(12), true)
}

// month is a time long before the next one, as seen from what is forgotten some days late.
func month(n int) time.Time { return at(n * 30 * 24 * 60) }

func joined(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func testCursor(t *testing.T, x *exam) {
	set := func(account, cursor string) {
		t.Helper()
		x.update(func(tx store.Tx) error { return tx.SetCursor(account, cursor) })
	}
	want := map[string]string{"a": "", "b": "", "": ""}
	check := func() {
		t.Helper()
		x.twice(func(tx store.Tx) error {
			for account, cursor := range want {
				got, err := tx.Cursor(account)
				if err != nil {
					return err
				}
				same(t, "cursor of "+account, got, cursor)
			}
			return nil
		})
	}
	check()
	set("a", "12")
	set("b", "x\x00\xff")
	want["a"], want["b"] = "12", "x\x00\xff"
	check()
	set("a", "")
	want["a"] = ""
	check()
}

func testParked(t *testing.T, x *exam) {
	var want []store.Parked
	x.update(func(tx store.Tx) error {
		want = nil
		for i := range 40 {
			p := Filled(uint64(i), store.Parked{})
			seq, err := tx.Park(p)
			if err != nil {
				return err
			}
			p.Seq = seq
			want = append(want, p)
		}
		return nil
	})
	for i := range want[1:] {
		if want[i+1].Seq <= want[i].Seq {
			t.Fatalf("number %d follows %d", want[i+1].Seq, want[i].Seq)
		}
	}
	x.twice(func(tx store.Tx) error { sameScan(t, "parked", tx.Parked(), want...); return nil })
	x.update(func(tx store.Tx) error { // removing what the scan has reached, and what lies ahead
		n := 0
		for p, err := range tx.Parked() {
			if err != nil {
				return err
			}
			if n++; p.Seq == want[3].Seq {
				return fmt.Errorf("%d was removed and is met", p.Seq)
			}
			if err := joined(tx.Unpark(p.Seq), tx.Unpark(want[3].Seq)); err != nil {
				return err
			}
			if n == 10 {
				break
			}
		}
		return tx.Unpark(999_999)
	})
	want = want[11:]
	x.twice(func(tx store.Tx) error { sameScan(t, "parked", tx.Parked(), want...); return nil })
	x.update(func(tx store.Tx) error {
		for _, p := range want {
			if err := tx.Unpark(p.Seq); err != nil {
				return err
			}
		}
		return nil
	})
	x.reopen()
	x.update(func(tx store.Tx) error { // a number is not given twice
		seq, err := tx.Park(store.Parked{Event: conversation.Ticked{}})
		if last := want[len(want)-1].Seq; seq <= last {
			t.Errorf("number %d was given before", seq)
		}
		return err
	})
}

func testRaw(t *testing.T, x *exam) {
	big := bytes.Repeat([]byte{0, 1, 0xff, '"'}, 300_000)
	keep := func(account, id string, raw []byte) {
		x.update(func(tx store.Tx) error { return tx.KeepRaw(account, id, raw) })
	}
	keep("a", "1", []byte(`{"broken":`))
	keep("a", "big", big)
	keep("b", "1", nil)
	keep("b", "1", []byte("second"))
	var got []byte
	x.twice(func(tx store.Tx) error {
		for _, want := range []struct {
			account, id string
			raw         []byte
		}{{"a", "1", []byte(`{"broken":`)}, {"a", "big", big}, {"b", "1", []byte("second")}} {
			raw, err := tx.Raw(want.account, want.id)
			if err != nil {
				return err
			}
			if !bytes.Equal(raw, want.raw) {
				t.Errorf("raw %s %s differs", want.account, want.id)
			}
			got = raw
		}
		_, err := tx.Raw("b", "2")
		missing(t, "raw", err)
		_, err = tx.Raw("c", "1")
		missing(t, "raw", err)
		return nil
	})
	if string(got) != "second" { // values are valid after the transaction
		t.Errorf("after the transaction raw bytes are %q", got)
	}
}
