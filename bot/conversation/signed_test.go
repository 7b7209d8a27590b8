package conversation

import (
	"strings"
	"testing"
)

// A signature never stands alone: text that just fits without it is cut so that the last piece has words of its own.
func TestSignatureHasWordsBeforeIt(t *testing.T) {
	for _, sig := range []string{" ^SB", "\n— Sanne"} {
		for n := 1; n < 60; n++ {
			text := strings.TrimSpace(strings.Repeat("woord ", n))
			l := Limits{Length: 40}
			pieces := signed(Plainly(text), Plainly(sig), l)
			var words int
			for i, p := range pieces {
				if l.measure(p.Plain) > l.Length {
					t.Errorf("%d words: piece %d has %d characters", n, i, l.measure(p.Plain))
				}
				words += strings.Count(p.Plain, "woord")
			}
			last := pieces[len(pieces)-1].Plain
			if words != n || !strings.HasSuffix(last, sig) || !strings.Contains(last, "woord") {
				t.Errorf("%d words, %d came out, the last piece is %q", n, words, last)
			}
		}
	}
}
