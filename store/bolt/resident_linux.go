package bolt

import "syscall"

// letGo tells the kernel that the mapped pages of the file need not stay in this process's memory. They remain in the
// page cache, and whatever is read next is mapped again; nothing is written or lost (madvise(2), MADV_DONTNEED on a
// shared mapping of a file).
func letGo(data uintptr, size int64) {
	_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, data, uintptr(size), syscall.MADV_DONTNEED)
}
