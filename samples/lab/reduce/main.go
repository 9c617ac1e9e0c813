// Command reduce cuts a recording of the whole machine down to the containers recorded on it: per host the raw audit
// records of the container's own processes, unchanged and in order, and the truth about their lineage.
//
//	reduce -rec DIR -out DIR -forbid FILE HOSTDIR...
//
// DIR holds log/audit.log* and procrec's events.txt; a HOSTDIR holds nspawn.pid, release, roles, booted, stopped and,
// where attacks ran, attacks.tsv (id, token, start, end, scope, description). A container's processes are its init, the first
// descendant of nspawn that executes systemd, and everything forked below it; every record of an event whose process is
// one of them is kept. FILE lists strings, one a line, that must not occur in what is written: the run fails if one does.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
)

func main() {
	rec := flag.String("rec", "", "recording `directory`")
	out := flag.String("out", "", "output `directory`")
	forbid := flag.String("forbid", "", "`file` of strings that must not appear in the output")
	flag.Parse()
	if err := run(*rec, *out, *forbid, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "reduce:", err)
		os.Exit(1)
	}
}

func run(rec, out, forbid string, dirs []string) error {
	if rec == "" || out == "" || len(dirs) == 0 {
		return errors.New("usage: reduce -rec DIR -out DIR -forbid FILE HOSTDIR [HOSTDIR]")
	}
	secrets, err := lines(forbid)
	if err != nil {
		return err
	}
	truth, err := readTruth(rec + "/events.txt")
	if err != nil {
		return err
	}
	var hosts []*host
	for _, d := range dirs {
		h, err := openHost(d)
		if err != nil {
			return err
		}
		truth.candidates(h)
		hosts = append(hosts, h)
	}
	log, err := readAudit(rec+"/log", truth, hosts)
	if err != nil {
		return err
	}
	for _, h := range hosts {
		if h.init == nil {
			return fmt.Errorf("%s: no process below nspawn %d executed systemd", h.name, h.nspawn)
		}
	}
	if err := log.split(rec+"/log", out, hosts, secrets); err != nil {
		return err
	}
	for _, h := range hosts {
		if err := h.write(out, truth, log); err != nil {
			return err
		}
	}
	return nil
}

func lines(path string) ([]string, error) {
	if path == "" {
		return nil, nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return strings.Fields(string(b)), nil
}
