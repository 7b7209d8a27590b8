package sim

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits of blocks (docs: https://docs.slack.dev/reference/block-kit/blocks; the last is not documented, but was met
// by others: rich_text was rejected with 11,341 characters).
const (
	maxBlocks     = 50
	maxViewBlocks = 100
	maxBlockChars = 11340
)

// surface is where blocks are shown.
type surface int

const (
	inMessage surface = iota
	inView
)

// problems collects what is wrong with blocks, as response_metadata.messages says it.
type problems struct {
	s     *Sim
	at    surface
	all   []string
	chars int
	ids   map[string]bool // block_id
}

func (p *problems) add(path, format string, args ...any) {
	p.all = append(p.all, "[ERROR] "+fmt.Sprintf(format, args...)+" [json-pointer:"+path+"]")
}

// checkBlocks takes a JSON list of blocks and returns it as Slack keeps it: with block ids and defaults filled in.
// Nil without an error is an empty list.
func (s *Sim) checkBlocks(text string, at surface) (json.RawMessage, *failure) {
	var list []any
	if json.Unmarshal([]byte(text), &list) != nil || list == nil {
		return nil, refuse("invalid_blocks_format")
	}
	p := &problems{s: s, at: at, ids: map[string]bool{}}
	most := maxBlocks
	if at == inView {
		most = maxViewBlocks
	}
	if len(list) > most {
		p.add("/blocks", "no more than %d items allowed", most)
	}
	for i, one := range list {
		p.block(fmt.Sprintf("/blocks/%d", i), one)
	}
	switch {
	case len(p.all) > 0:
		return nil, &failure{code: "invalid_blocks", messages: p.all}
	case p.chars > maxBlockChars:
		return nil, refuse("msg_blocks_too_long")
	case len(list) == 0:
		return nil, nil
	}
	return raw(list), nil
}

// checkAttachments takes attachments with a colour and blocks, or with plain text.
func (s *Sim) checkAttachments(text string) (json.RawMessage, *failure) {
	var list []object
	if json.Unmarshal([]byte(text), &list) != nil {
		return nil, refuse("invalid_attachments")
	}
	if len(list) > 100 {
		return nil, refuse("too_many_attachments")
	}
	for i, a := range list {
		for k := range a {
			if !slices.Contains([]string{"color", "fallback", "blocks", "text", "mrkdwn_in"}, k) {
				return nil, invalid("invalid_attachments", "the sim does not know %q in an attachment", k)
			}
		}
		a["id"] = i + 1
		if a["blocks"] == nil {
			continue
		}
		blocks, fail := s.checkBlocks(string(raw(a["blocks"])), inMessage)
		if fail != nil {
			return nil, fail
		}
		a["blocks"] = blocks
		if a["fallback"] == nil {
			a["fallback"] = "[no preview available]"
		}
	}
	if len(list) == 0 {
		return nil, nil
	}
	return raw(list), nil
}

// fields reports keys that are missing or unknown.
func (p *problems) fields(path string, o object, need, may string) {
	known := append(strings.Fields(need), strings.Fields(may)...)
	for k := range strings.FieldsSeq(need) {
		if o[k] == nil {
			p.add(path, "missing required field: %s", k)
		}
	}
	for k := range o {
		if k != "type" && !slices.Contains(known, k) {
			p.add(path+"/"+k, "the sim does not know the field %q here", k)
		}
	}
}

// block checks one block.
func (p *problems) block(path string, v any) {
	o, ok := v.(object)
	if !ok {
		p.add(path, "must be an object")
		return
	}
	kind, _ := o["type"].(string)
	switch kind {
	case "section":
		p.section(path, o)
	case "divider":
		p.fields(path, o, "", "block_id")
	case "header":
		p.fields(path, o, "text", "block_id level")
		p.text(path+"/text", o["text"], 150, "plain_text")
	case "context":
		p.fields(path, o, "elements", "block_id")
		p.each(path+"/elements", o["elements"], 1, 10, p.contextElement)
	case "actions":
		p.fields(path, o, "elements", "block_id")
		p.each(path+"/elements", o["elements"], 1, 25, p.control)
		p.uniqueActions(path, o["elements"])
	case "image":
		p.fields(path, o, "alt_text image_url", "block_id title")
		p.link(path+"/image_url", o["image_url"], "https://", "http://")
	case "rich_text":
		p.fields(path, o, "elements", "block_id")
		p.each(path+"/elements", o["elements"], 0, 1000, p.richPart)
	case "input":
		if p.at != inView {
			p.add(path, "the sim knows input blocks in views only")
		}
		p.fields(path, o, "label element", "block_id hint optional dispatch_action")
		p.text(path+"/label", o["label"], 2000, "plain_text")
		p.control(path+"/element", o["element"])
	default:
		p.add(path+"/type", "unsupported type: %s", kind)
	}
	p.identify(path, o)
}

// identify checks the block_id and makes one up.
func (p *problems) identify(path string, o object) {
	id, _ := o["block_id"].(string)
	if o["block_id"] == nil || id == "" {
		p.s.serial++
		id = fmt.Sprintf("b%05d", p.s.serial)
	}
	if utf8.RuneCountInString(id) > 255 {
		p.add(path+"/block_id", "must be less than 256 characters")
	}
	if p.ids[id] {
		p.add(path+"/block_id", "duplicate block_id %q", id)
	}
	p.ids[id] = true
	o["block_id"] = id
}

func (p *problems) section(path string, o object) {
	p.fields(path, o, "", "block_id text fields accessory expand")
	if o["text"] == nil && o["fields"] == nil {
		p.add(path, "missing required field: text")
	}
	if o["text"] != nil {
		p.text(path+"/text", o["text"], 3000, "plain_text", "mrkdwn")
	}
	if o["fields"] != nil {
		p.each(path+"/fields", o["fields"], 1, 10, func(path string, v any) {
			p.text(path, v, 2000, "plain_text", "mrkdwn")
		})
	}
	if o["accessory"] != nil {
		p.control(path+"/accessory", o["accessory"])
	}
}

// each checks the items of a list and their number.
func (p *problems) each(path string, v any, least, most int, item func(path string, v any)) {
	list, ok := v.([]any)
	switch {
	case !ok:
		p.add(path, "must be a list")
	case len(list) < least:
		p.add(path, "no fewer than %d items required", least)
	case len(list) > most:
		p.add(path, "no more than %d items allowed", most)
	}
	for i, one := range list {
		item(fmt.Sprintf("%s/%d", path, i), one)
	}
}

// text checks a text object and fills in its defaults.
func (p *problems) text(path string, v any, most int, types ...string) {
	if j, ok := v.(json.RawMessage); ok {
		var o object
		if json.Unmarshal(j, &o) == nil {
			v = o
		}
	}
	o, ok := v.(object)
	if !ok {
		p.add(path, "must be a text object")
		return
	}
	kind, _ := o["type"].(string)
	content, _ := o["text"].(string)
	if !slices.Contains(types, kind) {
		p.add(path+"/type", "must be one of %v", types)
	}
	p.length(path+"/text", content, 1, most)
	if kind == "mrkdwn" {
		p.fields(path, o, "text", "verbatim")
		if o["verbatim"] == nil {
			o["verbatim"] = false
		}
		return
	}
	p.fields(path, o, "text", "emoji")
	if o["emoji"] == nil {
		o["emoji"] = true
	}
}

func (p *problems) length(path, text string, least, most int) {
	n := utf8.RuneCountInString(text)
	p.chars += n
	switch {
	case n < least:
		p.add(path, "must be more than %d characters", least-1)
	case n > most:
		p.add(path, "must be less than %d characters", most+1)
	}
}

// link checks an address and its scheme.
func (p *problems) link(path string, v any, schemes ...string) {
	address, _ := v.(string)
	if len(address) > 3000 {
		p.add(path, "must be less than 3001 characters")
	}
	if !slices.ContainsFunc(schemes, func(s string) bool { return strings.HasPrefix(address, s) }) {
		p.add(path, "invalid url")
	}
}

func (p *problems) contextElement(path string, v any) {
	o, _ := v.(object)
	if o["type"] == "image" {
		p.fields(path, o, "image_url alt_text", "")
		p.link(path+"/image_url", o["image_url"], "https://", "http://")
		return
	}
	p.text(path, v, 3000, "plain_text", "mrkdwn")
}

// onlyRichText tells whether all blocks are rich_text; hasRichText whether one is.
func onlyRichText(blocks json.RawMessage) bool {
	kinds := blockTypes(blocks)
	return len(kinds) > 0 && !slices.ContainsFunc(kinds, func(k string) bool { return k != "rich_text" })
}

func hasRichText(blocks json.RawMessage) bool {
	return slices.Contains(blockTypes(blocks), "rich_text")
}

func blockTypes(blocks json.RawMessage) []string {
	var all []struct {
		Type string `json:"type"`
	}
	if json.Unmarshal(blocks, &all) != nil {
		return nil
	}
	kinds := make([]string, 0, len(all))
	for _, b := range all {
		kinds = append(kinds, b.Type)
	}
	return kinds
}
