package bolt

import "testing"

func TestRemote(t *testing.T) {
	for magic, want := range map[uint32]string{0x6969: "NFS", 0xff534d42: "SMB", 0xef53: "", 0x01021994: ""} {
		if got := remoteName(magic); got != want {
			t.Errorf("%#x: got %q, want %q", magic, got, want)
		}
	}
	if got := remote("/none/at/all"); got != "" {
		t.Errorf("a path that is not there lies on %q", got)
	}
}
