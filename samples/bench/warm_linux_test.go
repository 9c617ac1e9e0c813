package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"
)

// Memory is held until it is said who it is for, and given up as that process takes it or ends.
func TestHold(t *testing.T) {
	const total = 64 << 20
	small := exec.Command("cat") // for as long as its input is open
	input, err := small.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := small.Start(); err != nil {
		t.Skipf("no process to be seen: %v", err)
	}
	before := self(t)
	in, pid := io.Pipe()
	said, out := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- hold(total, in, out) }()
	if _, err := bufio.NewReader(said).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if held := self(t) - before; held < total*3/4 {
		t.Errorf("holds %d bytes of %d", held, total)
	}
	fmt.Fprintln(pid, small.Process.Pid)
	input.Close()
	if err := small.Wait(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	// A process of more than that gets all of it.
	big, err := unix.Mmap(-1, 0, 2*total, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE|unix.MAP_POPULATE)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Munmap(big)
	go func() { done <- hold(total, in, io.Discard) }()
	before = self(t)
	fmt.Fprintln(pid, os.Getpid())
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if after := self(t); after > before+total/4 {
		t.Errorf("of %d bytes %d are still held", total, after-before)
	}
}

func self(t *testing.T) int64 {
	t.Helper()
	n, err := resident(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	return n
}
