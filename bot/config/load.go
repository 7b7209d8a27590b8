package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strings"

	"webcare/adapters"
)

// sizeLimit is the most bytes a config may have; it keeps a mistyped path to something huge out of memory.
const sizeLimit = 1 << 20

// Load reads the file at path. Slack is the settings struct of [slack] (a pointer), filled with defaults. What is
// wrong in the file comes back as one *Mistakes; a file that cannot be read as another error that says what to do.
func Load(path string, slack adapters.Settings, kinds []adapters.Kind) (*Config, error) {
	text, mode, err := readFile(path)
	if err != nil {
		return nil, err
	}
	c, err := Parse(path, text, slack, kinds)
	if err != nil {
		return nil, err
	}
	if mode.Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		c.Warnings = append(c.Warnings, fmt.Sprintf("other users of this machine can read %s, and it may hold tokens: run chmod 600 %s", path, quoted(path)))
	}
	return c, nil
}

func readFile(path string) ([]byte, fs.FileMode, error) {
	f, err := os.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, 0, fmt.Errorf("there is no config file %s: copy config.example.toml to it, fill in the tokens and run chmod 600 %s", path, quoted(path))
	case errors.Is(err, fs.ErrPermission):
		return nil, 0, fmt.Errorf("the config file %s may not be read by this user: change its owner, or run webcare as its owner", path)
	case err != nil:
		return nil, 0, fmt.Errorf("opening the config file: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read
	info, err := f.Stat()
	if err != nil {
		return nil, 0, fmt.Errorf("looking at the config file: %w", err)
	}
	if info.IsDir() {
		return nil, 0, fmt.Errorf("%s is a folder, not a config file: name the file in it", path)
	}
	text, err := io.ReadAll(io.LimitReader(f, sizeLimit+1))
	if err != nil {
		return nil, 0, fmt.Errorf("reading the config file: %w", err)
	}
	if len(text) > sizeLimit {
		return nil, 0, fmt.Errorf("%s has more than %d bytes: this is no config file of webcare", path, sizeLimit)
	}
	return text, info.Mode(), nil
}

// quoted is the path as a shell wants it.
func quoted(path string) string {
	if strings.Trim(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-") == "" {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}
