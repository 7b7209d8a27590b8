package config

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// unknownKey says that nobody knows the key, and which known one is meant most likely.
func unknownKey(key string, known []string) string {
	text := "there is no such key"
	if near := nearest(key, known); near != "" {
		return text + `; did you mean ` + near + `?`
	}
	return text + "; known here: " + strings.Join(known, ", ")
}

// nearest is the known word with the fewest typing mistakes from word, "" where none is near.
func nearest(word string, known []string) string {
	word = strings.ToLower(word)
	best, at := "", 1+max(2, utf8.RuneCountInString(word)/3)
	if len(word) > 64 {
		return ""
	}
	for _, k := range known {
		d := distance(word, k)
		if squash(word) == squash(k) {
			d = 0 // bottoken, bot-token
		}
		if d < at {
			best, at = k, d
		}
	}
	return best
}

func squash(s string) string { return strings.NewReplacer("_", "", "-", "", " ", "").Replace(s) }

// distance counts the letters to insert, delete, replace or swap with their neighbour to make b of a (optimal string
// alignment).
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	var before, row []int
	next := make([]int, len(y)+1)
	for j := range next {
		next[j] = j
	}
	for i := 1; i <= len(x); i++ {
		before, row, next = row, next, make([]int, len(y)+1)
		next[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
	}
	return next[len(y)]
}

// show makes a key of the file fit for an error: short, and printable. A key may be a secret that stands on the wrong
// side of the equals sign, and secrets are long.
func show(key string) string {
	clean := strings.Map(func(r rune) rune {
		if r == utf8.RuneError || r < ' ' || !strconv.IsPrint(r) {
			return '?'
		}
		return r
	}, key)
	if r := []rune(clean); len(r) > 24 {
		return string(slices.Concat(r[:8], []rune("…")))
	}
	return clean
}

func join(where, key string) string {
	if where == "" || key == "" {
		return where + key
	}
	return where + "." + key
}

func itoa(n int) string { return strconv.Itoa(n) }
