//go:build linux

// Command procrec writes the kernel's own account of every fork, exec and exit on this machine, as text, until it is
// interrupted. It is the lab's ground truth for lineage: the connector names a child's real parent at its birth, with
// pids of the initial namespace, which neither an execve-only audit log nor clone's return value inside a container does.
//
// It needs root and CONFIG_PROC_EVENTS. One line an event, times in nanoseconds since 1970:
//
//	F time parent child   a process was created (threads are left out)
//	X time pid            it executed a new image
//	E time pid code       it ended, with wait(2)'s status
//	L time                the socket overflowed: events were lost
//	G time cpu count      so many of the numbered events of one CPU never arrived
//
// The layout is linux/cn_proc.h and linux/connector.h, read in the machine's byte order.
package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"time"

	"golang.org/x/sys/unix"
)

const (
	cnIdxProc, cnValProc = 1, 1 // linux/connector.h
	mcastListen          = 1    // PROC_CN_MCAST_LISTEN
	eventFork            = 0x00000001
	eventExec            = 0x00000002
	eventExit            = 0x80000000
	headers              = unix.SizeofNlMsghdr + 20 // nlmsghdr, cn_msg
	eventData            = headers + 16             // what, cpu, timestamp_ns
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "procrec:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return errors.New("usage: procrec FILE")
	}
	fd, err := listen()
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	f, err := os.Create(args[0])
	if err != nil {
		return err
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, unix.SIGINT, unix.SIGTERM)
	w := bufio.NewWriterSize(f, 1<<20)
	if err := record(fd, w, stop); err != nil {
		return err
	}
	return errors.Join(w.Flush(), f.Close())
}

// listen subscribes to the process events. The receive buffer is large because a build forks in bursts, and the
// timeout lets the loop notice an interrupt and flush.
func listen() (int, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, unix.NETLINK_CONNECTOR)
	if err != nil {
		return 0, fmt.Errorf("netlink connector: %w", err)
	}
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, 128<<20); err != nil {
		return 0, fmt.Errorf("receive buffer: %w", err)
	}
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Usec: 500000}); err != nil {
		return 0, fmt.Errorf("receive timeout: %w", err)
	}
	if err := unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: cnIdxProc}); err != nil {
		return 0, fmt.Errorf("bind to process events: %w", err)
	}
	if err := unix.Sendto(fd, subscription(), 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return 0, fmt.Errorf("subscribe to process events: %w", err)
	}
	return fd, nil
}

func subscription() []byte {
	b := make([]byte, headers+4)
	e := binary.NativeEndian
	e.PutUint32(b[0:], uint32(len(b)))
	e.PutUint16(b[4:], unix.NLMSG_DONE)
	e.PutUint32(b[16:], cnIdxProc)
	e.PutUint32(b[20:], cnValProc)
	e.PutUint16(b[32:], 4)
	e.PutUint32(b[headers:], mcastListen)
	return b
}

// record copies events to w until stop. Event times are monotonic; they are shifted to wall time by the difference of
// the two clocks at the moment of receipt, so a clock that is being adjusted stays in step with the audit log.
func record(fd int, w *bufio.Writer, stop <-chan os.Signal) error {
	buf := make([]byte, 4096)
	next := map[uint32]uint32{} // per CPU: the sequence number expected
	for {
		n, _, err := unix.Recvfrom(fd, buf, 0)
		switch {
		case errors.Is(err, unix.ENOBUFS):
			fmt.Fprintf(w, "L %d\n", time.Now().UnixNano())
			continue
		case errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EINTR):
			if err := w.Flush(); err != nil {
				return err
			}
		case err != nil:
			return fmt.Errorf("receive: %w", err)
		}
		select {
		case <-stop:
			return nil
		default:
		}
		if err == nil && n >= eventData {
			write(w, buf[:n], next)
		}
	}
}

func write(w *bufio.Writer, b []byte, next map[uint32]uint32) {
	e := binary.NativeEndian
	seq, cpu := e.Uint32(b[unix.SizeofNlMsghdr+8:]), e.Uint32(b[headers+4:])
	at := int64(e.Uint64(b[headers+8:])) + wallOffset()
	what := e.Uint32(b[headers:])
	if what == 0 {
		return // the acknowledgement of the subscription is not numbered
	}
	if want, ok := next[cpu]; ok && seq != want {
		fmt.Fprintf(w, "G %d %d %d\n", at, cpu, seq-want)
	}
	next[cpu] = seq + 1
	d := b[eventData:]
	field := func(i int) uint32 { return e.Uint32(d[4*i:]) }
	switch {
	case what == eventFork && len(d) >= 16 && field(2) == field(3):
		fmt.Fprintf(w, "F %d %d %d\n", at, field(1), field(3))
	case what == eventExec && len(d) >= 8:
		fmt.Fprintf(w, "X %d %d\n", at, field(1))
	case what == eventExit && len(d) >= 12 && field(0) == field(1):
		fmt.Fprintf(w, "E %d %d %d\n", at, field(1), field(2))
	}
}

// wallOffset gives wall time minus monotonic time. A reading during which the process was preempted is not believed:
// the monotonic clock is read on both sides, and the last good difference serves instead.
func wallOffset() int64 {
	var before, wall, after unix.Timespec
	// None of these calls fails with a valid clock and pointer.
	_ = unix.ClockGettime(unix.CLOCK_MONOTONIC, &before)
	_ = unix.ClockGettime(unix.CLOCK_REALTIME, &wall)
	_ = unix.ClockGettime(unix.CLOCK_MONOTONIC, &after)
	if lastOffset == 0 || after.Nano()-before.Nano() < 10_000 {
		lastOffset = wall.Nano() - before.Nano()
	}
	return lastOffset
}

var lastOffset int64
