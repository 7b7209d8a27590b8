package slack

import (
	"strconv"

	slackgo "github.com/slack-go/slack"

	"webcare/adapters"
)

// Bounds of the queue, in characters. All of it has less than the 11,341 that Slack refused (see maxBlockText), so the
// lines of a page share maxLines.
const (
	maxLines   = 9000
	maxWho     = 60
	maxHow     = 150
	maxAround  = 20 // the dot, the link, and what stands between them
	maxSection = 75
	maxHeader  = 150 // Slack's own bound of a header
)

// queueBlocks lays a page of the queue out for the Home tab, or says why there is none.
func (c *counter) queueBlocks(q adapters.Queue, err error) []slackgo.Block {
	l := c.words.in
	if err != nil {
		return []slackgo.Block{slackgo.NewHeaderBlock(plainText(c.queueTitle(""))), contextBlock(c.why(err))}
	}
	blocks := []slackgo.Block{slackgo.NewHeaderBlock(plainText(c.queueTitle(q.Title)))}
	var row []slackgo.BlockElement
	turn := func(id, label string, page int) {
		row = append(row, slackgo.NewButtonBlockElement(id, strconv.Itoa(page), plainText(label)))
	}
	if c.shelf != nil {
		turn(showReady, c.words.title, 0)
	}
	if q.Page > 0 {
		turn(queueEarlier, c.words.earlier, q.Page-1)
	}
	if q.Page+1 < q.Pages {
		turn(queueLater, c.words.later, q.Page+1)
	}
	if len(row) > 0 {
		blocks = append(blocks, slackgo.NewActionBlock("", row...))
	}
	if q.Pages > 1 {
		blocks = append(blocks, contextBlock(l.Say("view.queue.page", "n", strconv.Itoa(q.Page+1), "of", strconv.Itoa(q.Pages))))
	}
	lines, _ := c.queueLines(q)
	return append(blocks, lines...)
}

// queueTitle is the line above all.
func (c *counter) queueTitle(title string) string {
	if title = cut(label(title), maxHeader); title != "" {
		return title
	}
	return c.words.in.Say("view.queue")
}

// queueLines are the sections of a page, and how many lines are left out where there are more than a page may hold.
func (c *counter) queueLines(q adapters.Queue) (blocks []slackgo.Block, left int) {
	most := adapters.QueueLines
	all := 0
	for _, s := range q.Sections {
		all += len(s.Lines)
	}
	how := min(maxHow, maxLines/max(1, min(all, most))-maxWho-maxAround)
	for i, s := range q.Sections {
		show := min(len(s.Lines), most)
		if i >= adapters.QueueSections {
			show = 0
		}
		left += len(s.Lines) - show
		most -= show
		if show == 0 {
			continue
		}
		if title := cut(label(s.Title), maxSection); title != "" {
			blocks = append(blocks, slackgo.NewHeaderBlock(plainText(title)))
		}
		for _, line := range s.Lines[:show] {
			blocks = append(blocks, c.queueLine(line, how))
		}
	}
	if len(blocks) == 0 && left == 0 {
		blocks = append(blocks, sentence(c.words.in.Say("view.queue.empty")))
	}
	return blocks, left
}

// queueLine is one customer, and so many characters of how it is with them. Nothing in it is read as markup, and the one
// link in it leads to the thread, apart from what the customer is called.
func (c *counter) queueLine(q adapters.QueueLine, most int) slackgo.Block {
	who := nameAt(c.words.in, q.Who, "", maxWho)
	line := []slackgo.RichTextSectionElement{slackgo.NewRichTextSectionTextElement(who, &slackgo.RichTextSectionTextStyle{Bold: true})}
	if dot := tint(q.Tint); dot != "" {
		line = append([]slackgo.RichTextSectionElement{slackgo.NewRichTextSectionTextElement(dot, nil)}, line...)
	}
	if how := cut(label(q.How), most); how != "" {
		line = append(line, slackgo.NewRichTextSectionTextElement(between+how, nil))
	}
	if to, opens := address(c.d.Permalink(q.Thread)); opens {
		line = append(line, slackgo.NewRichTextSectionTextElement(" → ", nil), slackgo.NewRichTextSectionLinkElement(to, c.words.in.Say("view.queue.open"), nil))
	}
	return slackgo.NewRichTextBlock("", slackgo.NewRichTextSection(line...))
}
