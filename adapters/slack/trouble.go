package slack

import (
	"errors"
	"sync"
)

// The sources of trouble. Each is told apart, so that a socket that comes back does not hide a dead token.
const (
	sourceCalls   = "calls"   // a Web API call was refused for the whole desk
	sourceChannel = "channel" // an event told of it, or the home cannot be found
	sourceSockets = "sockets" // nothing can be heard
)

// troubles keeps what keeps the desk from working, and tells the inbox of each change.
type troubles struct {
	tell   func(error)
	raised chan struct{} // one waiting sign that it is worth looking whether it is over

	mu   sync.Mutex
	now  map[string]error
	said string
}

// set notes (or with nil takes back) the trouble of one source.
func (t *troubles) set(source string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.now == nil {
		t.now = map[string]error{}
	}
	if err == nil {
		if _, had := t.now[source]; !had {
			return
		}
		delete(t.now, source)
	} else {
		if _, had := t.now[source]; !had {
			t.raise()
		}
		t.now[source] = err
	}
	var worst error
	for _, s := range []string{sourceChannel, sourceCalls, sourceSockets} {
		if worst = t.now[s]; worst != nil {
			break
		}
	}
	text := ""
	if worst != nil {
		text = worst.Error()
	}
	if text != t.said {
		t.said = text
		t.tell(worst)
	}
}

// calm takes the trouble of a source back where it is of the kind that is over.
func (t *troubles) calm(source string, over func(error) bool) {
	t.mu.Lock()
	err := t.now[source]
	t.mu.Unlock()
	if err != nil && over(err) {
		t.set(source, nil)
	}
}

// any says whether there is trouble from one of the sources.
func (t *troubles) any(sources ...string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all []error
	for _, s := range sources {
		all = append(all, t.now[s])
	}
	return errors.Join(all...) != nil
}

// raise signals.
func (t *troubles) raise() {
	select {
	case t.raised <- struct{}{}:
	default:
	}
}
