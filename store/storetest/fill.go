package storetest

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"time"

	"webcare/bot/conversation"
)

// Events holds one of every kind of event, empty. A test holds the list complete.
func Events() []conversation.Event {
	return []conversation.Event{
		conversation.Heard{},
		conversation.Changed{},
		conversation.Withdrawn{},
		conversation.Reached{},
		conversation.Reacted{},
		conversation.Echoed{},
		conversation.Moved{},
		conversation.Unreadable{},
		conversation.Wrote{},
		conversation.Pressed{},
		conversation.CardGone{},
		conversation.Ticked{},
		conversation.Ended{},
		conversation.Delayed{},
		conversation.Missed{},
		conversation.Rewrote{},
		conversation.Unwrote{},
		conversation.Formed{},
		conversation.Unattributed{},
	}
}

// Effects holds one of every kind of effect, empty. A test holds the list complete.
func Effects() []conversation.Effect {
	return []conversation.Effect{
		conversation.OpenCard{},
		conversation.Show{},
		conversation.ShowFiles{},
		conversation.Tell{},
		conversation.Whisper{},
		conversation.Announce{},
		conversation.Nudge{},
		conversation.Render{},
		conversation.SetMark{},
		conversation.Remove{},
		conversation.Send{},
		conversation.Edit{},
		conversation.TakeBack{},
		conversation.Look{},
		conversation.Stand{},
		conversation.ShowAnswer{},
		conversation.NudgeOne{},
		conversation.NudgeAll{},
		conversation.Digest{},
		conversation.Auto{},
		conversation.Notify{},
		conversation.Picture{},
	}
}

// Filled gives v with every field set to something that is not zero, the same for the same seed. Functions, which
// cannot be stored, stay nil; of Limits nothing is set, since a store does not keep them.
func Filled[T any](seed uint64, v T) T {
	p := reflect.New(reflect.TypeOf(v))
	p.Elem().Set(reflect.ValueOf(v))
	fill(rand.New(rand.NewPCG(seed, 1)), p.Elem())
	return p.Elem().Interface().(T)
}

func fill(r *rand.Rand, v reflect.Value) {
	switch v.Type() {
	case reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Unix(r.Int64N(1<<33)-1<<32, 1+r.Int64N(999_999_999)).UTC()))
		return
	case reflect.TypeFor[conversation.Limits]():
		return
	case reflect.TypeFor[conversation.Effect]():
		e := pick(r, Effects())
		v.Set(reflect.ValueOf(Filled(r.Uint64(), e)))
		return
	case reflect.TypeFor[conversation.Event]():
		e := pick(r, Events())
		v.Set(reflect.ValueOf(Filled(r.Uint64(), e)))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(word(r))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(1 + r.Int64N(1<<31))
	case reflect.Uint64:
		v.SetUint(1 + r.Uint64N(1<<62))
	case reflect.Float64:
		v.SetFloat(r.Float64()*360 - 180)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(r, v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1+r.IntN(3), 3))
		for i := range v.Len() {
			fill(r, v.Index(i))
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			fill(r, field)
		}
	case reflect.Func:
	default:
		panic(fmt.Sprintf("storetest: fill has no case for %s", v.Type()))
	}
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// word is never empty, and often of a kind that breaks careless code.
func word(r *rand.Rand) string {
	hard := []string{
		"<!channel> & co", "naïve café", "👩🏽‍🚒 at work", "a\u202egpj.exe", "line\nline\ttab", "nul\x00nul", "\ufffd", "\u2028",
		`{"k":"heard"}`, `\ufffd`, "not\xffutf8\xc3", "\xed\xa0\x80", " ", "0",
	}
	if r.IntN(3) == 0 {
		return pick(r, hard)
	}
	return fmt.Sprintf("w%x", r.Uint64())
}
