package bolt

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"webcare/bot/conversation"
	"webcare/store"
	"webcare/store/storetest"
)

// Every field of every type comes back. The exam does the same through a file; this names the field that is missing.
func TestRoundTrip(t *testing.T) {
	key := eventKey("0190aaaa00000123456789ab", 1)
	for seed := range uint64(200) {
		for _, e := range storetest.Events() {
			want := store.Recorded{At: time.Unix(int64(seed), 1).UTC(), Event: storetest.Filled(seed, e)}
			b, err := encodeRecorded(key, want)
			if err != nil {
				t.Fatal(err)
			}
			got, err := decodeRecorded(key, b)
			equal(t, reflect.TypeOf(e).Name(), got, want, err)
		}
		for _, e := range storetest.Effects() {
			want := storetest.Filled(seed, store.Job{Effect: e})
			want.Key, want.Effect = store.Key{Conversation: "desk", Seq: 1, N: 2}, storetest.Filled(seed, e)
			key, err := jobKey(want.Key)
			if err != nil {
				t.Fatal(err)
			}
			b, err := encodeJob(key, want)
			if err != nil {
				t.Fatal(err)
			}
			got, err := decodeJob(key, want.Key, b)
			equal(t, reflect.TypeOf(e).Name(), got, want, err)
		}
		want := storetest.Filled(seed, conversation.Conversation{})
		b, err := encodeConversation(key, want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := decodeConversation(key, b)
		equal(t, "Conversation", got, want, err)
		ready := storetest.Filled(seed, conversation.Ready{})
		if b, err = encode(key, new(toReady(ready))); err != nil {
			t.Fatal(err)
		}
		back, err := decodeReady(pair{key, b})
		equal(t, "Ready", back, ready, err)
	}
}

func equal(t *testing.T, path string, got, want any, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if !reflect.DeepEqual(got, want) {
		difference(t, path, reflect.ValueOf(got), reflect.ValueOf(want))
	}
}

// difference names the fields that differ.
func difference(t *testing.T, path string, got, want reflect.Value) {
	t.Helper()
	if reflect.DeepEqual(got.Interface(), want.Interface()) {
		return
	}
	switch {
	case got.Kind() == reflect.Interface && !got.IsNil() && !want.IsNil():
		difference(t, path, got.Elem(), want.Elem())
	case got.Kind() == reflect.Struct && got.Type() == want.Type() && got.Type() != reflect.TypeFor[time.Time]():
		for i := range got.NumField() {
			difference(t, path+"."+got.Type().Field(i).Name, got.Field(i), want.Field(i))
		}
	case got.Kind() == reflect.Slice && got.Len() == want.Len():
		for i := range got.Len() {
			difference(t, path+"[]", got.Index(i), want.Index(i))
		}
	default:
		t.Errorf("%s: got %#v, want %#v", path, got, want)
	}
}

// The kinds on disk are for ever: one that changes here makes old files unreadable.
func TestKinds(t *testing.T) {
	events := strings.Fields("heard changed withdrawn reached reacted echoed moved unreadable wrote pressed cardgone ticked ended delayed missed rewrote unwrote formed unattributed")
	for i, e := range storetest.Events() {
		got, err := toEvent(e)
		if err != nil {
			t.Fatal(err)
		}
		if i >= len(events) || got.Kind != events[i] {
			t.Errorf("%T is called %q on disk; the list, to which new ones are added at the end, is %q", e, got.Kind, events)
		}
	}
	effects := strings.Fields("opencard show showfiles tell whisper announce nudge render setmark remove send edit takeback look stand showanswer nudge_one nudge_all digest auto notify picture")
	for i, e := range storetest.Effects() {
		got, err := toEffect(e)
		if err != nil {
			t.Fatal(err)
		}
		if i >= len(effects) || got.Kind != effects[i] {
			t.Errorf("%T is called %q on disk; the list, to which new ones are added at the end, is %q", e, got.Kind, effects)
		}
	}
}

func TestUnreadableRecords(t *testing.T) {
	key := eventKey("desk", 7)
	good, err := encodeRecorded(key, store.Recorded{Event: conversation.Ticked{}})
	if err != nil {
		t.Fatal(err)
	}
	newer := append([]byte{}, good...)
	newer[0]++
	form := append([]byte{}, good...)
	form[1] = 9
	for _, tc := range []struct {
		name   string
		key, b []byte
		want   error
		say    string
	}{
		{"empty", key, nil, store.ErrDamaged, "0 bytes"},
		{"header only", key, good[:6], store.ErrDamaged, "checksum"},
		{"cut short", key, good[:len(good)-1], store.ErrDamaged, "checksum"},
		{"under another key", eventKey("desk", 8), good, store.ErrDamaged, "checksum"},
		{"no version", key, make([]byte, 9), store.ErrDamaged, "no version"},
		{"a later version", key, newer, store.ErrNewer, "version 2"},
		{"an unknown form", key, form, store.ErrNewer, "form 9"},
		{"no JSON", key, seal(key, plain, []byte("{")), store.ErrDamaged, "unexpected end"},
		{"bytes", key, seal(key, bare, []byte("{}")), store.ErrDamaged, "bytes instead of fields"},
		{"an unknown kind", key, seal(key, plain, []byte(`{"e":{"k":"frobbed"}}`)), store.ErrNewer, `"frobbed"`},
		{"no kind", key, seal(key, plain, []byte(`{}`)), store.ErrNewer, `""`},
		{"an unknown effect", key, seal(key, plain, []byte(`{"e":{"k":"ended","v":{"effect":{"k":"frob"}}}}`)), store.ErrNewer, `"frob"`},
		{"a wrong type", key, seal(key, plain, []byte(`{"e":{"k":"reached","v":{"why":5}}}`)), store.ErrDamaged, "reached"},
		{"a wrong time", key, seal(key, plain, []byte(`{"at":1.0000000001,"e":{"k":"ticked"}}`)), store.ErrDamaged, "no time"},
		{"a wrong escape", key, seal(key, escaped, []byte(`{"e":{"k":"reached","v":{"why":"\u0000x"}}}`)), store.ErrDamaged, "escape"},
	} {
		_, err := decodeRecorded(tc.key, tc.b)
		if !errors.Is(err, tc.want) || !strings.Contains(err.Error(), tc.say) || !strings.Contains(err.Error(), `event "desk" 000000000000000`) {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
	for i := range good { // any byte that changes is found out
		bad := append([]byte{}, good...)
		bad[i] ^= 0x40
		if _, err := decodeRecorded(key, bad); err == nil {
			t.Errorf("byte %d was changed and nobody saw", i)
		}
	}
}

func TestStamp(t *testing.T) {
	for _, tc := range []struct {
		at   time.Time
		want string
	}{
		{time.Unix(0, 0), "0"},
		{time.Unix(1763784000, 123456789), "1763784000.123456789"},
		{time.Unix(1763784000, 500_000_000), "1763784000.5"},
		{time.Unix(1, 5), "1.000000005"},
		{time.Unix(-2, 5), "-2.000000005"},
		{time.Unix(1<<55, 0), "36028797018963968"},
	} {
		b, err := json.Marshal(stamp{tc.at})
		if string(b) != tc.want || err != nil {
			t.Errorf("%v: got %s, %v, want %s", tc.at, b, err, tc.want)
		}
		var back stamp
		if err := json.Unmarshal(b, &back); err != nil || !back.Equal(tc.at) {
			t.Errorf("%s came back as %v: %v", b, back, err)
		}
	}
	for _, bad := range []string{`"x"`, `1e5`, `1.5e3`, `1.-5`, `true`, `1.1234567890`} {
		if err := new(stamp).UnmarshalJSON([]byte(bad)); err == nil {
			t.Errorf("%s is a time", bad)
		}
	}
}

func TestEscape(t *testing.T) {
	for _, s := range []string{"", "a", "\x00", "\x00\x00ff", "\xff", "a\xffb\x00\xc3", "é\xe9", "\ufffd\xff"} {
		if back, err := unescape(escape(s)); back != s || err != nil {
			t.Errorf("%q came back as %q: %v", s, back, err)
		}
	}
}

func TestLongCustomerTextIsCompact(t *testing.T) {
	key := eventKey("0190aaaa00000123456789ab", 1)
	b, err := encodeRecorded(key, store.Recorded{At: time.Unix(1763784000, 0), Event: conversation.Heard{
		ExternalID: "42", At: time.Unix(1763784000, 0), Customer: conversation.Customer{ID: "7", Name: "A customer"},
		Message: conversation.Message{Text: conversation.Plainly("My parcel is broken")},
	}})
	if err != nil || len(b) > 200 {
		t.Errorf("a short message takes %d bytes: %s %v", len(b), b, err)
	}
}

// Whatever the bytes, a record is read or refused with an error that names it.
func FuzzRecord(f *testing.F) {
	key := []byte("k")
	seeds := append(storetest.Events(), storetest.Filled(1, conversation.Reacted{}), storetest.Filled(2, conversation.Moved{}))
	for _, e := range seeds { // small ones, or the fuzzer spends its time on making them so
		b, err := encodeRecorded(key, store.Recorded{At: time.Unix(1, 2), Event: e})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b[1], b[headerSize:])
	}
	f.Add(byte(bare), []byte("x"))
	f.Add(byte(escaped), []byte(`{"e":{"k":"heard","v":{"title":"\u0000ff\u0000\u0000"}}}`))
	f.Fuzz(func(t *testing.T, shape byte, body []byte) {
		b := seal(key, form(shape), body)
		_, _ = decodeRecorded(key, body)
		_, _ = decodeParked(key, b)
		_, _ = decodeJob(key, store.Key{}, b)
		_, _ = decodeConversation(key, b)
		_, _ = decodeReady(pair{key, b})
		r, err := decodeRecorded(key, b)
		if err != nil {
			return
		}
		again, err := encodeRecorded(key, r)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := decodeRecorded(key, again); err != nil || !reflect.DeepEqual(back, r) {
			t.Fatalf("%+v came back as %+v: %v", r, back, err)
		}
	})
}
