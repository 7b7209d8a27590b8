package sim

import "slices"

// control checks an interactive element: https://docs.slack.dev/reference/block-kit/block-elements. Those that webcare
// has no use for are unknown.
func (p *problems) control(path string, v any) {
	o, ok := v.(object)
	if !ok {
		p.add(path, "must be an object")
		return
	}
	const common = "action_id confirm focus_on_load"
	switch o["type"] {
	case "button":
		p.button(path, o)
	case "image":
		p.contextElement(path, v)
	case "static_select", "multi_static_select", "radio_buttons", "checkboxes", "overflow":
		p.fields(path, o, "options", common+" placeholder initial_option initial_options max_selected_items")
		p.each(path+"/options", o["options"], 1, 100, p.option)
		p.initial(path+"/initial_option", o)
		if o["action_id"] == nil {
			o["action_id"] = p.s.newID("a")
		}
	case "users_select", "conversations_select", "channels_select":
		p.fields(path, o, "", common+" placeholder initial_user initial_channel initial_conversation response_url_enabled "+
			"default_to_current_conversation filter")
	case "datepicker", "timepicker":
		p.fields(path, o, "", common+" placeholder initial_date initial_time timezone")
	case "plain_text_input":
		p.fields(path, o, "", common+" placeholder initial_value multiline min_length max_length dispatch_action_config")
	case "rich_text_input":
		if p.at != inView {
			p.add(path, "the sim knows rich_text_input in views only")
		}
		p.fields(path, o, "", common+" placeholder initial_value dispatch_action_config min_lines max_lines")
		p.initialText(path+"/initial_value", o["initial_value"])
	default:
		p.add(path+"/type", "unsupported type: %v", o["type"])
		return
	}
	if o["placeholder"] != nil {
		p.text(path+"/placeholder", o["placeholder"], 150, "plain_text")
	}
	if id, has := o["action_id"]; has {
		text, _ := id.(string)
		p.length(path+"/action_id", text, 1, 255)
	}
	if o["confirm"] != nil {
		p.confirm(path+"/confirm", o["confirm"])
	}
}

func (p *problems) button(path string, o object) {
	p.fields(path, o, "text", "action_id confirm url value style accessibility_label")
	p.text(path+"/text", o["text"], 75, "plain_text")
	if value, has := o["value"]; has {
		text, _ := value.(string)
		p.length(path+"/value", text, 0, 2000)
		p.chars -= len([]rune(text)) // nobody reads it
	}
	if o["url"] != nil {
		p.link(path+"/url", o["url"], "https://", "http://", "mailto:", "tel:")
	}
	style, has := o["style"].(string)
	if o["style"] != nil && (!has || !slices.Contains([]string{"primary", "danger"}, style)) {
		p.add(path+"/style", "must be one of [primary danger]")
	}
	if o["action_id"] == nil {
		o["action_id"] = p.s.newID("a")
	}
}

// initial checks that the option which is chosen at first is one of the options.
func (p *problems) initial(path string, o object) {
	chosen, has := o["initial_option"].(object)
	if o["initial_option"] == nil {
		return
	}
	options, _ := o["options"].([]any)
	if !has || !slices.ContainsFunc(options, func(one any) bool { x, _ := one.(object); return x["value"] == chosen["value"] }) {
		p.add(path, "must be one of the options")
	}
}

// initialText checks the rich_text block that a composer begins with.
func (p *problems) initialText(path string, v any) {
	if v == nil {
		return
	}
	o, _ := v.(object)
	if o["type"] != "rich_text" {
		p.add(path, "must be a rich_text block")
		return
	}
	p.fields(path, o, "elements", "block_id")
	p.each(path+"/elements", o["elements"], 0, 1000, p.richPart)
}

func (p *problems) option(path string, v any) {
	o, _ := v.(object)
	p.fields(path, o, "text value", "description url")
	p.text(path+"/text", o["text"], 75, "plain_text", "mrkdwn")
	value, _ := o["value"].(string)
	p.length(path+"/value", value, 1, 75)
	p.chars -= len([]rune(value)) // nobody reads it
}

func (p *problems) confirm(path string, v any) {
	o, _ := v.(object)
	p.fields(path, o, "title text confirm deny", "style")
	p.text(path+"/title", o["title"], 100, "plain_text")
	p.text(path+"/text", o["text"], 300, "plain_text", "mrkdwn")
	p.text(path+"/confirm", o["confirm"], 30, "plain_text")
	p.text(path+"/deny", o["deny"], 30, "plain_text")
}

// uniqueActions reports two elements of one block with the same action_id.
func (p *problems) uniqueActions(path string, v any) {
	list, _ := v.([]any)
	seen := map[any]bool{}
	for _, one := range list {
		o, _ := one.(object)
		if id := o["action_id"]; id != nil {
			if seen[id] {
				p.add(path, "action_id %q already exists", id)
			}
			seen[id] = true
		}
	}
}

// richPart checks an element of a rich_text block.
// https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
func (p *problems) richPart(path string, v any) {
	o, _ := v.(object)
	switch o["type"] {
	case "rich_text_section":
		p.fields(path, o, "elements", "")
	case "rich_text_quote":
		p.fields(path, o, "elements", "border")
	case "rich_text_preformatted":
		p.fields(path, o, "elements", "border language")
		p.each(path+"/elements", o["elements"], 0, 5000, func(path string, v any) {
			if e, _ := v.(object); e["type"] != "text" && e["type"] != "link" {
				p.add(path+"/type", "must be text or link in rich_text_preformatted")
			}
		})
	case "rich_text_list":
		p.fields(path, o, "elements style", "indent offset border")
		if o["style"] != "bullet" && o["style"] != "ordered" {
			p.add(path+"/style", "must be bullet or ordered")
		}
		p.each(path+"/elements", o["elements"], 0, 1000, func(path string, v any) {
			if e, _ := v.(object); e["type"] != "rich_text_section" {
				p.add(path+"/type", "must be rich_text_section in a list")
			}
			p.richPart(path, v)
		})
		return
	default:
		p.add(path+"/type", "unsupported type: %v", o["type"])
		return
	}
	p.each(path+"/elements", o["elements"], 0, 5000, p.richElement)
}

// richElement checks a piece of text within rich text.
func (p *problems) richElement(path string, v any) {
	o, ok := v.(object)
	if !ok {
		p.add(path, "must be an object")
		return
	}
	text, _ := o["text"].(string)
	switch o["type"] {
	case "text":
		p.fields(path, o, "text", "style")
		p.length(path+"/text", text, 1, maxText)
	case "link":
		p.fields(path, o, "url", "text style unsafe")
		p.link(path+"/url", o["url"], "https://", "http://", "mailto:", "tel:")
		p.length(path+"/text", text, 0, maxText)
	case "emoji":
		p.fields(path, o, "name", "unicode skin_tone style")
		if name, _ := o["name"].(string); o["unicode"] == nil && p.s.emoji.codes[name] != "" {
			o["unicode"] = p.s.emoji.codes[name]
		}
	case "user":
		p.fields(path, o, "user_id", "style")
	case "usergroup":
		p.fields(path, o, "usergroup_id", "style")
	case "channel":
		p.fields(path, o, "channel_id", "style")
	case "broadcast":
		p.fields(path, o, "range", "style")
	case "date":
		p.fields(path, o, "timestamp format", "url fallback style")
	case "color":
		p.fields(path, o, "value", "style")
	default:
		p.add(path+"/type", "unsupported type: %v", o["type"])
	}
	if o["style"] == nil {
		return
	}
	style, ok := o["style"].(object)
	if !ok {
		p.add(path+"/style", "must be an object")
	}
	for k, on := range style {
		_, isBool := on.(bool)
		if !isBool || !slices.Contains([]string{"bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"}, k) {
			p.add(path+"/style/"+k, "unknown style")
		}
	}
}
