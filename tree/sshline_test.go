package tree

import (
	"strings"
	"testing"

	"oddkin/parsers/event"
)

// TestHostsOfCommandLines: which hosts a command line leads to, each behind the one on the way.
func TestHostsOfCommandLines(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"ssh gamma", "gamma"},
		{"ssh -L 8080:x:80 gamma", "gamma"},
		{"ssh -L8080:x:80 gamma", "gamma"},
		{"ssh -NfL 8080:x:80 gamma", "gamma"},
		{"ssh -lbob gamma", "gamma"},
		{"ssh -l bob gamma", "gamma"},
		{"ssh -4vvlbob -p22 Gamma.example.org", "gamma.example.org"},
		{"ssh bob@corp@gamma ls -l bob@other", "gamma"},
		{"ssh gamma -p 22 -l bob ls -J other", "gamma"},
		{"ssh -p 22 -- gamma", "gamma"},
		{"ssh ssh://bob@gamma:2222/x", "gamma"},
		{"ssh ssh://[fe80::1]:2222", "fe80::1"},
		{"ssh fe80::1", "fe80::1"},
		{"ssh -W inner:22 bastion", "bastion"},
		{"ssh -J bob@b1:22,[fe80::1]:22 gamma", "b1 fe80::1<b1 gamma<fe80::1"},
		{"ssh -Jb1 -J b2 gamma", "b1 gamma<b1"},
		{"ssh -J none gamma", "gamma"},
		{"ssh -oProxyJump=b1 -o hostname=10.0.0.2 work", "b1 10.0.0.2<b1"},
		{"ssh -o ProxyCommand=nc gamma", "gamma<?"},
		{"ssh -oBatchMode=yes -o", ""},
		{"ssh -J", ""},
		{"ssh", ""},
		{"ssh.exe -lbob gamma", "gamma"},
		{"scp -P 22 a bob@gamma:/tmp/b:c", "gamma"},
		{"scp ./a:b /x:y gamma:", "gamma"},
		{"scp -3 h1:a scp://bob@h2:22//b", "h1 h2"},
		{"scp -J b1 a gamma:", "b1 gamma<b1"},
		{"scp [fe80::1]:a .", "fe80::1"},
		{"scp.exe C:\\a d:b gamma:c", "gamma"},
		{"scp a b", ""},
		{"sftp -b batch bob@gamma", "gamma"},
		{"sftp gamma:dir", "gamma"},
		{"rsync -a -e ssh:x a/ bob@gamma:b", "gamma"},
		{"rsync -a gamma::module b", ""},
		{"rsync rsync://gamma/module b", ""},
		{"plink -ssh -pw secret -P 22 bob@gamma ls", "gamma"},
		{"plink -proxycmd nc gamma", "gamma<?"},
		{"pscp.exe -pw secret C:\\a bob@gamma:b", "gamma"},
		{"psftp gamma", "gamma"},
	} {
		argv := strings.Fields(c.line)
		os := event.Linux
		if strings.HasSuffix(argv[0], ".exe") {
			os = event.Windows
		}
		f := Plant(&Sketch{Proc: event.Proc{PID: 2, OS: os, Image: argv[0], Argv: argv}})
		var got []string
		for _, to := range f.Roots[0].targets() {
			if to.via != "" {
				to.name += "<" + to.via
			}
			got = append(got, to.name)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: leads to %q, want %q", c.line, s, c.want)
		}
	}
}
