package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func request(size int) *http.Request {
	return httptest.NewRequest(http.MethodPost, "/hook/crm", strings.NewReader(strings.Repeat("x", size)))
}

// Of large requests no more than hooksAtOnce are taken in at once; one more waits for one of them to end, for a while, and is
// then told to come again. Small ones wait for nobody.
func TestHooksTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		inside, most := map[bool]int{}, map[bool]int{}
		h := inTurn(make(chan struct{}, hooksAtOnce), http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil || len(bytes.Trim(body, "x")) > 0 {
				t.Errorf("read %.20q, %v", body, err)
			}
			large := len(body) > smallHook
			mu.Lock()
			inside[large]++
			most[large] = max(most[large], inside[large])
			mu.Unlock()
			time.Sleep(3 * time.Second)
			mu.Lock()
			inside[large]--
			mu.Unlock()
		}))
		codes := map[int]int{}
		var group sync.WaitGroup
		for n := range 10 * hooksAtOnce {
			group.Go(func() {
				began, w := time.Now(), httptest.NewRecorder()
				h.ServeHTTP(w, request(smallHook+1+n))
				mu.Lock()
				defer mu.Unlock()
				codes[w.Code]++
				var answer struct{ Error string }
				if w.Code != http.StatusOK && (json.Unmarshal(w.Body.Bytes(), &answer) != nil || answer.Error == "" || w.Header().Get("Retry-After") != "5" || time.Since(began) != hookWait) {
					t.Errorf("%d %s %v", w.Code, w.Body, w.Header())
				}
			})
			group.Go(func() {
				began, w := time.Now(), httptest.NewRecorder()
				if h.ServeHTTP(w, request(n%smallHook)); w.Code != http.StatusOK || time.Since(began) != 3*time.Second {
					t.Errorf("a small one: %d after %v", w.Code, time.Since(began))
				}
			})
		}
		group.Wait()
		if most[true] != hooksAtOnce || most[false] != 10*hooksAtOnce || codes[http.StatusOK] != 2*hooksAtOnce || codes[http.StatusServiceUnavailable] != 8*hooksAtOnce {
			t.Errorf("at most %v at once; %v", most, codes)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		h.ServeHTTP(httptest.NewRecorder(), request(smallHook+1).WithContext(ctx)) // who went away holds nobody up
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, request(smallHook+1)); w.Code != http.StatusOK {
			t.Errorf("afterwards: %d", w.Code)
		}
	})
}

// A body of any length is handed on as it came, with the error at its end.
func TestHooksAreHandedOn(t *testing.T) {
	broken := errors.New("the connection broke")
	for _, size := range []int{0, 1, smallHook - 1, smallHook, smallHook + 1, 1 << 20} {
		for _, end := range []error{nil, broken} {
			r := request(size)
			if end != nil {
				r.Body = io.NopCloser(io.MultiReader(r.Body, breaks{end}))
			}
			read := -1
			inTurn(make(chan struct{}, 1), http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				body, err := io.ReadAll(r.Body)
				if read = len(body); !errors.Is(err, end) {
					t.Errorf("%d bytes: ended with %v, want %v", size, err, end)
				}
			})).ServeHTTP(httptest.NewRecorder(), r)
			if read != size {
				t.Errorf("%d of %d bytes were read", read, size)
			}
		}
	}
}

// breaks is a connection that does.
type breaks struct{ err error }

func (b breaks) Read([]byte) (int, error) { return 0, b.err }
