package names

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"oddkin/parsers/event"
)

func TestOf(t *testing.T) {
	for _, c := range []struct {
		why   string
		proc  event.Proc
		named string
	}{
		{"basename of the image", event.Proc{Image: "/usr/sbin/nginx"}, "nginx"},
		{"the image, not the script it runs", event.Proc{Image: "/usr/bin/python3.11", Name: "backup.py", Argv: []string{"backup.py"}}, "python"},
		{"process name without an image", event.Proc{Name: "sshd"}, "sshd"},
		{"first argument without either", event.Proc{Argv: []string{"/usr/bin/id", "-u"}}, "id"},
		{"nothing at all", event.Proc{}, Unknown},
		{"login shell", event.Proc{Name: "-bash"}, "bash"},
		{"systemd's own helper", event.Proc{Name: "(sd-pam)"}, "sd-pam"},

		{"dotted version", event.Proc{Image: "/usr/bin/python3.11"}, "python"},
		{"another dotted version", event.Proc{Image: "/usr/sbin/php-fpm8.2"}, "php-fpm"},
		{"three parts", event.Proc{Image: "/usr/bin/perl5.36.0"}, "perl"},
		{"major version", event.Proc{Image: "/usr/bin/python3"}, "python"},
		{"version after a dash", event.Proc{Image: "/usr/bin/gcc-12"}, "gcc"},
		{"triplet and version", event.Proc{Image: "/usr/bin/x86_64-linux-gnu-g++-12"}, "g++"},
		{"triplet", event.Proc{Image: "/usr/bin/aarch64-linux-gnu-strings"}, "strings"},
		{"digits that are the name", event.Proc{Image: "/usr/bin/base64"}, "base64"},
		{"digits that are the name", event.Proc{Image: "/usr/bin/sha256sum"}, "sha256sum"},
		{"digits that are the name", event.Proc{Image: "/usr/bin/bzip2"}, "bzip2"},
		{"digits that are the name", event.Proc{Image: "/usr/bin/7z"}, "7z"},
		{"a dot that is the name", event.Proc{Image: "/usr/sbin/mkfs.ext4"}, "mkfs.ext4"},
		{"dynamic loader", event.Proc{Image: "/usr/lib64/ld-linux-x86-64.so.2"}, "ld.so"},

		{"alternative", event.Proc{Image: "/usr/bin/nc.openbsd"}, "nc"},
		{"alternative", event.Proc{Image: "/usr/bin/ncat"}, "nc"},
		{"alternative", event.Proc{Image: "/usr/bin/vim.tiny"}, "vim"},
		{"alternative", event.Proc{Image: "/usr/bin/gawk"}, "awk"},
		{"alternative", event.Proc{Image: "/usr/bin/dash"}, "sh"},
		{"diverted", event.Proc{Image: "/usr/sbin/ldconfig.real"}, "ldconfig"},

		{"applet by argv", event.Proc{Image: "/bin/busybox", Argv: []string{"wget", "http://192.0.2.1/x"}}, "wget"},
		{"applet as an argument", event.Proc{Image: "/bin/busybox", Argv: []string{"busybox", "nc", "192.0.2.1"}}, "nc"},
		{"applet by process name", event.Proc{Image: "/bin/busybox", Name: "ash"}, "sh"},
		{"an argument that is no applet", event.Proc{Image: "/bin/busybox", Argv: []string{"busybox", "frobnicate"}}, "busybox"},
		{"multi-call coreutils", event.Proc{Image: "/usr/bin/coreutils", Argv: []string{"ls"}}, "ls"},

		{"hexadecimal name", event.Proc{Image: "/tmp/3f9ac01be7d24a55"}, Random},
		{"strewn name", event.Proc{Image: "/tmp/aQ7zK2mX9"}, Random},
		{"unsayable name", event.Proc{Image: "/tmp/xkqzwrtp"}, Random},
		{"counter", event.Proc{Image: "/tmp/execcmd2129377413"}, "execcmd#"},
		{"mktemp", event.Proc{Image: "/tmp/tmp.Xa82jdKq1p"}, "tmp.#"},
		{"odd but a name", event.Proc{Image: "/tmp/kdevtmpfsi"}, "kdevtmpfsi"},
		{"a word in camel case", event.Proc{Image: "/usr/sbin/NetworkManager"}, "NetworkManager"},
		{"consonants that people know", event.Proc{Image: "/usr/bin/lsblk"}, "lsblk"},
		{"linux tells case", event.Proc{Image: "/opt/App/BIN/Server"}, "Server"},

		{"windows case and suffix", event.Proc{OS: event.Windows, Image: `C:\Windows\System32\CMD.EXE`}, "cmd"},
		{"either slash", event.Proc{OS: event.Windows, Image: `C:/Windows/System32/WindowsPowerShell/v1.0/powershell.exe`}, "powershell"},
		{"acrobat reader", event.Proc{OS: event.Windows, Image: `C:\Program Files (x86)\Adobe\AcroRd32.exe`}, "acrord"},
		{"digits that are the name", event.Proc{OS: event.Windows, Image: `C:\Windows\System32\rundll32.exe`}, "rundll32"},
		{"architecture", event.Proc{OS: event.Windows, Image: `C:\Tools\procdump64.exe`}, "procdump"},
		{"architecture", event.Proc{OS: event.Windows, Image: `C:\x\VC_redist.x64.exe`}, "vc_redist"},
		{"browser's copy", event.Proc{OS: event.Windows, Image: `C:\Users\a\Downloads\setup (1).exe`}, "setup"},
		{"version", event.Proc{OS: event.Windows, Image: `C:\x\tool-1.2.3.exe`}, "tool"},
		{"windowless twin", event.Proc{OS: event.Windows, Image: `C:\Python\pythonw.exe`}, "python"},
		{"random", event.Proc{OS: event.Windows, Image: `C:\Windows\aXbQzTrL.exe`}, Random},
		{"name without suffix", event.Proc{OS: event.Windows, Name: "System"}, "system"},
	} {
		if c.proc.OS == 0 {
			c.proc.OS = event.Linux
		}
		if got := Of(&c.proc); got != c.named {
			t.Errorf("%s: %q (name %q, argv %q) is called %q, want %q", c.why, c.proc.Image, c.proc.Name, c.proc.Argv, got, c.named)
		}
	}
}

func TestPlaceOf(t *testing.T) {
	for _, c := range []struct {
		os      event.OS
		image   string
		deleted bool
		want    Place
	}{
		{event.Linux, "/usr/bin/id", false, System},
		{event.Linux, "/usr/local/bin/x", false, Application},
		{event.Linux, "/opt/app/bin/x", false, Application},
		{event.Linux, "/home/u/x", false, UserWritable},
		{event.Linux, "/var/www/html/x", false, UserWritable},
		{event.Linux, "/tmp/x", false, Temporary},
		{event.Linux, "/dev/shm/x", false, Temporary},
		{event.Linux, "/run/user/1000/x", false, Temporary},
		{event.Linux, "/memfd:x", true, Memory},
		{event.Linux, "/tmp/x", true, Memory},
		{event.Linux, "/usr/sbin/sshd", true, System}, // upgraded while it ran
		{event.Linux, "bash", false, Nowhere},
		{event.Linux, "", false, Nowhere},
		{event.Windows, `C:\Windows\System32\cmd.exe`, false, System},
		{event.Windows, `\Device\HarddiskVolume3\Windows\System32\cmd.exe`, false, System},
		{event.Windows, `\??\C:\Windows\system32\conhost.exe`, false, System},
		{event.Windows, `\SystemRoot\System32\smss.exe`, false, System},
		{event.Windows, `%SystemRoot%\system32\csrss.exe`, false, System},
		{event.Windows, `C:\Program Files (x86)\A\a.exe`, false, Application},
		{event.Windows, `D:\Games\a.exe`, false, Application},
		{event.Windows, `C:\Windows\Temp\a.exe`, false, Temporary},
		{event.Windows, `C:\Users\a\AppData\Local\Temp\a.exe`, false, Temporary},
		{event.Windows, `C:\Users\Public\a.exe`, false, Temporary},
		{event.Windows, `C:\Users\a\Downloads\a.exe`, false, UserWritable},
		{event.Windows, `C:\ProgramData\a\a.exe`, false, UserWritable},
		{event.Windows, `\\server\share\a.exe`, false, UserWritable},
		{event.Windows, `cmd.exe`, false, Nowhere},
	} {
		p := event.Proc{OS: c.os, Image: c.image, Deleted: c.deleted}
		if got := PlaceOf(&p); got != c.want {
			t.Errorf("%q (deleted %v) lies in %v, want %v", c.image, c.deleted, got, c.want)
		}
	}
}

// A name is never empty and never depends on case or slash on Windows.
func TestNamesHoldTheirPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		image := rapid.StringOfN(rapid.RuneFrom([]rune("abcXYZ019./\\-_ ()")), 0, 40, -1).Draw(t, "image")
		for _, os := range []event.OS{event.Linux, event.Windows} {
			p := event.Proc{OS: os, Image: image, Name: "n"}
			name := Of(&p)
			if name == "" {
				t.Fatalf("%q has no name", image)
			}
			if os == event.Windows {
				p.Image = strings.ReplaceAll(image, "/", `\`)
				if again := Of(&p); again != name {
					t.Fatalf("%q is %q with one slash and %q with the other", image, name, again)
				}
			}
		}
	})
}

// Every name of the table is found under its own normalised name: else the
// entry could never be met.
func TestTheTableIsReachable(t *testing.T) {
	for k := range Kinds {
		for _, n := range OfKind(Kind(k), event.Windows) {
			linux, windows := Normalise("/usr/bin/"+n, event.Linux), Normalise(`C:\x\`+n+".exe", event.Windows)
			if linux != n && windows != n {
				t.Errorf("%s (%v) is normalised to %s and %s", n, Kind(k), linux, windows)
			}
		}
	}
}

func FuzzOf(f *testing.F) {
	f.Add("/usr/bin/python3.11", "", "x")
	f.Add("/bin/busybox", "sh", "-c")
	f.Add(`C:\a\B (1).EXE`, "", "")
	f.Add("...---", "(", "-")
	f.Fuzz(func(t *testing.T, image, name, arg string) {
		for _, os := range []event.OS{event.Linux, event.Windows, 0} {
			p := event.Proc{OS: os, Image: image, Name: name, Argv: []string{arg}}
			got := Of(&p)
			if got == "" {
				t.Errorf("no name for %q %q %q", image, name, arg)
			}
			if utf8.ValidString(image+name+arg) && !utf8.ValidString(got) {
				t.Errorf("%q %q %q gives %q, which is no UTF-8", image, name, arg, got)
			}
			PlaceOf(&p)
			KindOf(got)
		}
	})
}
