package sim

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// maxBody is the most bytes a request may have: 50 MB of file and some parameters.
const maxBody = 52 << 20

// params are the parameters of one call, however they were sent: in the query, as a form, as multipart or as JSON.
type params struct {
	values map[string]string
	files  map[string]upload
}

type upload struct {
	name    string
	content []byte
}

var errTooBig = errors.New("request body is too big")

// readParams reads a whole request, so that a client's broken upload is an error and never half a call.
func readParams(r *http.Request) (*params, error) {
	p := &params{values: map[string]string{}, files: map[string]upload{}}
	for k, v := range r.URL.Query() {
		p.values[k] = v[0]
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return nil, err
	}
	if len(body) > maxBody {
		return nil, errTooBig
	}
	if len(body) == 0 {
		return p, nil
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	r.Body = io.NopCloser(bytes.NewReader(body))
	switch kind {
	case "application/json":
		return p, p.readJSON(body)
	case "multipart/form-data":
		return p, p.readMultipart(r)
	case "application/x-www-form-urlencoded":
		if err := r.ParseForm(); err != nil {
			return nil, err
		}
		for k, v := range r.PostForm {
			p.values[k] = v[0]
		}
	}
	return p, nil
}

func (p *params) readJSON(body []byte) error {
	var o map[string]json.RawMessage
	if err := json.Unmarshal(body, &o); err != nil {
		return err
	}
	for k, v := range o {
		var s string
		if json.Unmarshal(v, &s) == nil {
			p.values[k] = s
			continue
		}
		if string(v) != "null" {
			p.values[k] = string(v)
		}
	}
	return nil
}

func (p *params) readMultipart(r *http.Request) error {
	mr, err := r.MultipartReader()
	if err != nil {
		return err
	}
	for {
		part, err := mr.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return err
		}
		if part.FileName() != "" {
			p.files[part.FormName()] = upload{name: part.FileName(), content: content}
			continue
		}
		p.values[part.FormName()] = string(content)
	}
}

func (p *params) names() []string {
	var out []string
	for k := range p.values {
		out = append(out, k)
	}
	for k := range p.files {
		if _, ok := p.values[k]; !ok && !p.attached(k) {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

// attached says that a file is named by attach:// in a parameter, and no parameter itself.
func (p *params) attached(name string) bool {
	for _, v := range p.values {
		if strings.Contains(v, "attach://"+name) {
			return true
		}
	}
	return false
}

func (p *params) str(name string) string { return p.values[name] }

func (p *params) int64(name string) int64 {
	n, _ := strconv.ParseInt(p.values[name], 10, 64)
	return n
}

func (p *params) int(name string) int { return int(p.int64(name)) }

func (p *params) bool(name string) bool {
	v := strings.ToLower(p.values[name])
	return v == "true" || v == "1" || v == "yes" || v == "t"
}

func (p *params) has(name string) bool { _, ok := p.values[name]; return ok }

// strings reads a JSON array of strings; false where there is none.
func (p *params) strings(name string) ([]string, bool) {
	var out []string
	if err := json.Unmarshal([]byte(p.values[name]), &out); err != nil {
		return nil, false
	}
	return out, true
}

// json reads a JSON parameter; nothing where it is absent.
func (p *params) json(name string, into any) *apiError {
	v, ok := p.values[name]
	if !ok || v == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(v), into); err != nil {
		return badf("can't parse %s JSON object", strings.ReplaceAll(name, "_", " "))
	}
	return nil
}
