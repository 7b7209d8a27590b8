package config

// warnings are sentences about what works but is hardly meant.
func warnings(c *Config) []string {
	return append(ladderWarnings(&c.Nudge), hoursWarnings(c)...)
}

func ladderWarnings(n *Nudge) (all []string) {
	switch {
	case len(n.Steps) == 0:
		return []string{"there is no [[nudge.step]]: nobody is reminded of customers who wait"}
	case n.Duty == "" && n.Lead == "" && n.Steps[0].line == 0:
		return []string{"neither duty nor lead is set under [nudge]: a reminder of a customer whom nobody has claimed mentions nobody"}
	}
	for _, s := range n.Steps {
		if n.reaches(&s) {
			continue
		}
		does := "mentions"
		if s.How == Direct {
			does = "reaches"
		}
		all = append(all, "the [[nudge.step]] at line "+itoa(s.line)+" "+does+" nobody, because whom it names is empty under [nudge]: "+
			"set duty or lead there, or remove the step")
	}
	return all
}

func hoursWarnings(c *Config) (all []string) {
	const around = "so staff are expected around the clock, but for "
	const cure = `: set week, or, if that is meant, write week = ["mon-sun 00:00-24:00"]`
	h := &c.Hours
	if len(h.Week) == 0 && (h.Holidays != NoCountry || len(h.Days) > 0) {
		all = append(all, "[hours] has holidays or days but no week, "+around+"those"+cure)
	}
	if h.Holidays == NoCountry && (h.GoodFriday || h.LiberationDay == EveryYear) {
		all = append(all, `good_friday and liberation_day under [hours] mean nothing without holidays = "nl"`)
	}
	for _, a := range c.Accounts {
		m, where := &a.Manner, "the [[account]] at line "+itoa(a.line)
		if len(h.Week) == 0 && len(m.Week) == 0 && len(m.Days) > 0 {
			all = append(all, where+" has days but no week, nor has [hours], "+around+"those"+cure)
		}
		if m.ClosedReply && h.Service(*m).Always() {
			all = append(all, where+" has closed_reply but is never closed: set week, there or under [hours]")
		}
	}
	return all
}
