package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// holder is a process that has in use the memory which a run is going to take, and gives it up as the run grows, so that
// each run finds the same: a virtual machine gives memory back to its host when that has been free for a few seconds, and
// what takes it then pays for its return.
type holder struct {
	process *exec.Cmd
	to      io.WriteCloser
}

// keepWarm begins to hold that many bytes and returns once they are in use.
func keepWarm(bytes int64) (*holder, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	h := &holder{process: exec.Command(exe, holdCommand, strconv.FormatInt(bytes, 10))}
	if h.to, err = h.process.StdinPipe(); err != nil {
		return nil, err
	}
	from, err := h.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := h.process.Start(); err != nil {
		return nil, err
	}
	if _, err := bufio.NewReader(from).ReadString('\n'); err != nil {
		h.end()
		return nil, fmt.Errorf("holding %d bytes of memory: %w", bytes, err)
	}
	return h, nil
}

// giveTo gives up memory as the process of this number grows.
func (h *holder) giveTo(pid int) error {
	_, err := fmt.Fprintln(h.to, pid)
	return err
}

// end gives up all that is left.
func (h *holder) end() {
	_ = h.process.Process.Kill()
	_ = h.process.Wait() // it was killed
}

// lead is how many bytes a run finds free beyond what it has: less than it takes within the seconds after which free memory is
// given back.
const lead = 64 << 20

// hold is what a holder's process does: it takes memory, says so on out, reads from in whom it is for, and is
// done when nothing is left or that process has ended.
func hold(total int64, in io.Reader, out io.Writer) error {
	held, err := unix.Mmap(-1, 0, int(total), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return err
	}
	defer unix.Munmap(held[:total:total])
	_ = unix.Madvise(held, unix.MADV_HUGEPAGE) // as oddkin does, whose pages these are to become
	for i := 0; i < len(held); i += os.Getpagesize() {
		held[i] = 1
	}
	fmt.Fprintln(out, "held")
	var pid int
	if _, err := fmt.Fscan(in, &pid); err != nil {
		return err
	}
	for {
		taken, err := resident(pid)
		if err != nil {
			return nil // it has ended
		}
		const piece = 8 << 20
		keep := max(0, int(total-taken-lead)) / piece * piece
		if keep < len(held) {
			if err := unix.Madvise(held[keep:], unix.MADV_DONTNEED); err != nil {
				return err
			}
			held = held[:keep]
		}
		if keep == 0 {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// resident is how many bytes of memory a process has: the second figure of /proc/PID/statm, in pages (proc(5)).
func resident(pid int) (int64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0, err
	}
	fields := bytes.Fields(b)
	if len(fields) < 2 {
		return 0, fmt.Errorf("%q", b)
	}
	pages, err := strconv.ParseInt(string(fields[1]), 10, 64)
	return pages * int64(os.Getpagesize()), err
}
