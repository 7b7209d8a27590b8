//go:build relapse

package slack

import "os"

// anyChannel takes a message in any channel for one in the desk, so that its thread is found by its timestamp alone.
var anyChannel = os.Getenv("WEBCARE_RELAPSE") == "thread by ts alone"
