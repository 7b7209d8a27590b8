package bolt

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"reflect"
	"strings"
	"unicode/utf8"

	"webcare/store"
)

// A record is a header of headerSize bytes and a body:
//
//	version (1 byte) · form (1 byte) · CRC-32C over version, form, key and body (4 bytes, big-endian) · body
//
// The key is part of the sum, so that a record under a wrong key is found out.
const (
	version    = 1
	headerSize = 6
)

// form says what the body is.
type form byte

const (
	plain   form = 0 // JSON
	escaped form = 1 // JSON whose strings went through escape, since at least one was not UTF-8
	bare    form = 2 // bytes as they came
)

func sum(key, head, body []byte) uint32 {
	table := crc32.MakeTable(crc32.Castagnoli)
	c := crc32.Update(0, table, head)
	c = crc32.Update(c, table, key)
	return crc32.Update(c, table, body)
}

func seal(key []byte, f form, body []byte) []byte {
	b := make([]byte, headerSize, headerSize+len(body))
	b[0], b[1] = version, byte(f)
	binary.BigEndian.PutUint32(b[2:], sum(key, b[:2], body))
	return append(b, body...)
}

// unseal checks the header. Version and form come before the sum, so that a later version's records are called
// newer and not damaged.
func unseal(key, b []byte) (form, []byte, error) {
	if len(b) < headerSize {
		return 0, nil, fmt.Errorf("%w: the record has %d bytes", store.ErrDamaged, len(b))
	}
	if b[0] == 0 {
		return 0, nil, fmt.Errorf("%w: the record has no version", store.ErrDamaged)
	}
	if b[0] > version {
		return 0, nil, fmt.Errorf("%w: the record has version %d, this program knows %d", store.ErrNewer, b[0], version)
	}
	f := form(b[1])
	if f > bare {
		return 0, nil, fmt.Errorf("%w: the record has the form %d", store.ErrNewer, f)
	}
	if binary.BigEndian.Uint32(b[2:]) != sum(key, b[:2], b[headerSize:]) {
		return 0, nil, fmt.Errorf("%w: the checksum of the record is wrong", store.ErrDamaged)
	}
	return f, b[headerSize:], nil
}

// encode seals rec, a pointer to a record type, as JSON. encoding/json writes a byte that is no UTF-8 as the six
// letters \ufffd, and a true U+FFFD as itself: finding them means that something would be lost.
func encode(key []byte, rec any) ([]byte, error) {
	body, err := json.Marshal(rec)
	if err != nil {
		return nil, err
	}
	if !bytes.Contains(body, []byte(`\ufffd`)) {
		return seal(key, plain, body), nil
	}
	v, err := eachString(reflect.ValueOf(rec), func(s string) (string, error) { return escape(s), nil })
	if err != nil {
		return nil, err
	}
	if body, err = json.Marshal(v.Interface()); err != nil {
		return nil, err
	}
	return seal(key, escaped, body), nil
}

// unmarshal reads a body, or a part of one that was kept raw, into rec.
func unmarshal(f form, body []byte, rec any) error {
	if f == bare {
		return fmt.Errorf("%w: the record holds bytes instead of fields", store.ErrDamaged)
	}
	if err := json.Unmarshal(body, rec); err != nil {
		return fmt.Errorf("%w: the record: %w", store.ErrDamaged, err)
	}
	if f == plain {
		return nil
	}
	v, err := eachString(reflect.ValueOf(rec).Elem(), unescape)
	if err != nil {
		return err
	}
	reflect.ValueOf(rec).Elem().Set(v)
	return nil
}

// escape writes bytes that are no UTF-8 as NUL and two hexadecimal digits, and NUL as two NULs.
func escape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, "\x00%02x", s[i])
		case r == 0:
			b.WriteString("\x00\x00")
		default:
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}

func unescape(s string) (string, error) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, "\x00")
		b.WriteString(before)
		if !found {
			return b.String(), nil
		}
		if strings.HasPrefix(rest, "\x00") {
			b.WriteByte(0)
			s = rest[1:]
			continue
		}
		var c byte
		if len(rest) < 2 {
			return "", fmt.Errorf("%w: an escape in the record is cut short", store.ErrDamaged)
		}
		if _, err := fmt.Sscanf(rest[:2], "%02x", &c); err != nil {
			return "", fmt.Errorf("%w: an escape in the record is wrong", store.ErrDamaged)
		}
		b.WriteByte(c)
		s = rest[2:]
	}
}

// eachString copies v with f applied to every string in it.
func eachString(v reflect.Value, f func(string) (string, error)) (reflect.Value, error) {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	switch v.Kind() {
	case reflect.String:
		s, err := f(v.String())
		out.SetString(s)
		return out, err
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return out, nil
		}
		e, err := eachString(v.Elem(), f)
		if err != nil {
			return out, err
		}
		if v.Kind() == reflect.Interface {
			out.Set(e)
			return out, nil
		}
		out.Set(reflect.New(v.Type().Elem()))
		out.Elem().Set(e)
	case reflect.Slice:
		if v.IsNil() || v.Type().Elem().Kind() == reflect.Uint8 {
			return out, nil
		}
		out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			e, err := eachString(v.Index(i), f)
			if err != nil {
				return out, err
			}
			out.Index(i).Set(e)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[stamp]() {
			return out, nil
		}
		for i := range v.NumField() {
			e, err := eachString(v.Field(i), f)
			if err != nil {
				return out, err
			}
			out.Field(i).Set(e)
		}
	}
	return out, nil
}
