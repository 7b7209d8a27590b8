package storetest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"webcare/store"
)

// script is an update as it was drawn.
type script struct {
	verbs  []verb
	giveUp bool          // in the end its function returns an error
	stands time.Duration // aside, at most
}

// ran is a script that was played.
type ran struct {
	script
	said []said // by verb, when its function ran last
	err  error  // of Update
}

// said is what the store returned from a verb.
type said struct {
	got any
	err error
}

// play carries the script out. first is called when its function begins.
func (s script) play(ctx context.Context, st store.Store, first func()) *ran {
	r := &ran{script: s}
	r.err = st.Update(store.Patient(ctx, s.stands), func(tx store.Tx) error {
		first()
		var all []said
		for _, v := range s.verbs { // whatever a verb returns, the transaction may go on
			got, err := v.store(tx)
			all = append(all, said{got, err})
		}
		r.said = all
		if s.giveUp {
			return errGiveUp{}
		}
		return nil
	})
	return r
}

// replay plays it on the model: what comes of it, or what the store should have returned.
func (r *ran) replay(m *model) (*model, error) {
	next := m.clone()
	for i, v := range r.verbs {
		got := r.said[i]
		want, err := v.model(next, got.got)
		switch {
		case errors.Is(err, errAny) && got.err != nil, err != nil && errors.Is(got.err, err):
		case err != nil || got.err != nil:
			return nil, fmt.Errorf("%s: the store returned the error %w, the model %w", v.name, got.err, err)
		case !reflect.DeepEqual(got.got, want):
			return nil, fmt.Errorf("%s: %s", v.name, difference("", reflect.ValueOf(&got.got).Elem(), reflect.ValueOf(&want).Elem()))
		}
	}
	return next, nil
}

// outcomes are the states in which it may have left a store that was as m before.
func (r *ran) outcomes(m *model) ([]*model, error) {
	ran, known := len(r.said) == len(r.verbs), r.err == nil || errors.Is(r.err, errGiveUp{})
	switch {
	case r.err == nil && !ran:
		return nil, errors.New("Update returned no error, and its function never ran")
	case r.err == nil && r.giveUp:
		return nil, errors.New("Update returned no error, and its function did")
	case errors.Is(r.err, store.ErrFull), !ran: // what it saw may never have been
		return []*model{m}, nil
	}
	next, err := r.replay(m)
	switch {
	case known && err != nil:
		return nil, err
	case r.err == nil:
		return []*model{next}, nil
	case known || err != nil || r.giveUp: // also where it would have been told something else: it is not there
		return []*model{m}, nil
	}
	return []*model{m, next}, nil // nobody knows
}

// orders looks for an order in which updates that were played at once may have been carried out: each writer's one after
// the other, each of them told the truth.
type orders struct {
	writers [][]*ran
	// seen is what others saw meanwhile: each the state between two updates. end is what there was in the end; nil =
	// nobody looked.
	seen []*facts
	end  *facts
	// objection is what spoke against the order that went furthest.
	objection error
	furthest  int
}

// find gives the model as it is in the end, or why there is no such order.
func (o *orders) find(m *model) (*model, error) {
	o.furthest = -1
	if end := o.from(m, make([]int, len(o.writers)), 1<<len(o.seen)-1); end != nil {
		return end, nil
	}
	return nil, o.objection
}

// from goes on where of each writer so many updates are done; unseen has a bit for each of seen that was not yet.
func (o *orders) from(m *model, done []int, unseen uint) *model {
	for i, f := range o.seen {
		if unseen&(1<<i) != 0 && f.is(m) {
			unseen &^= 1 << i
		}
	}
	n, left := 0, false
	for w, all := range o.writers {
		n += done[w]
		if done[w] == len(all) {
			continue
		}
		left = true
		next, err := all[done[w]].outcomes(m)
		if err != nil {
			o.object(n, err)
			continue
		}
		after := slices.Clone(done)
		after[w]++
		for _, m := range next {
			if end := o.from(m, after, unseen); end != nil {
				return end
			}
		}
	}
	switch {
	case left:
		return nil
	case unseen != 0:
		for i, f := range o.seen {
			if unseen&(1<<i) != 0 {
				o.object(n, fmt.Errorf("what was seen meanwhile was never so: %s", f.against(m)))
			}
		}
		return nil
	}
	if o.end != nil {
		if what := o.end.against(m); what != "" {
			o.object(n, fmt.Errorf("in the end: %s", what))
			return nil
		}
	}
	return m
}

func (o *orders) object(n int, err error) {
	if n > o.furthest {
		o.furthest, o.objection = n, err
	}
}
