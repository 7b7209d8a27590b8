package bot_test

import "webcare/bot"

const underRace = bot.UnderRace

// sample is all of them, and with the race detector, which finds the same in a few, one of every n.
func sample[T any](all []T, n int) []T {
	if !underRace {
		return all
	}
	var few []T
	for i := 0; i < len(all); i += n {
		few = append(few, all[i])
	}
	return few
}
