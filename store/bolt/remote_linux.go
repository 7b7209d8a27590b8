package bolt

import "syscall"

// remote names the network file system a path lies on, "" for none: file locks and syncs mean less there. The numbers
// are those of statfs(2).
func remote(path string) string {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(path, &fs); err != nil {
		return ""
	}
	return remoteName(uint32(fs.Type))
}

func remoteName(magic uint32) string {
	switch magic {
	case 0x6969:
		return "NFS"
	case 0x517b, 0xfe534d42, 0xff534d42:
		return "SMB"
	case 0x01021997:
		return "9P"
	case 0x00c36400:
		return "Ceph"
	case 0x5346414f, 0x6b414653:
		return "AFS"
	}
	return ""
}
