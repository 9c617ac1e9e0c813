package detect

import (
	"slices"
	"testing"

	"oddkin/parsers/event"
	"oddkin/tree"
)

// Where somebody types excuses nothing of what is typed: below a terminal's multiplexer, another user's shell, an
// editor or a build server the same attacks are alerts as below sshd's.
func TestPlacesExcuseNothing(t *testing.T) {
	const init, run = "/usr/lib/systemd/systemd", "/usr/bin/"
	places := map[string][]string{
		"sshd":           bash,
		"tmux":           {init, run + "tmux", run + "bash"},
		"tmux of sshd":   append(slices.Clone(bash), run+"tmux", run+"bash"),
		"screen":         append(slices.Clone(bash), run+"screen", run+"bash"),
		"su":             append(slices.Clone(bash), run+"su", run+"bash"),
		"sudo bash":      append(slices.Clone(bash), run+"sudo", run+"bash"),
		"fish":           append(slices.Clone(bash[:len(bash)-1]), run+"fish"),
		"GNOME terminal": {init, init, "/usr/libexec/gnome-terminal-server", run + "zsh"},
		"konsole":        {init, init, run + "konsole", run + "bash"},
		"xterm":          {init, init, run + "gnome-shell", run + "xterm", run + "bash"},
		"VS Code":        {init, init, run + "gnome-shell", "/usr/share/code/code", "/usr/share/code/code", run + "bash"},
		"GitLab runner":  {init, run + "gitlab-runner", run + "bash", run + "bash"},
		"GitHub runner":  {init, "/opt/runner/bin/Runner.Listener", "/opt/runner/bin/Runner.Worker", run + "bash"},
	}
	attacks := map[string][]string{
		"an exploited ls":   {run + "ls", run + "dash"},
		"pkexec":            {run + "pkexec", run + "bash"},
		"a dropped program": {"/tmp/kqzvtr", run + "dash"},
		"a miner":           {"/tmp/xmrig"},
		"a shell by nc":     {run + "nc.openbsd", run + "dash"},
	}
	for place, above := range places {
		var missed []string
		for name, attack := range attacks {
			var one planter
			one.chain(event.Linux, tree.EntryRemote, append(slices.Clone(above), attack...)...)
			if got := rank(t, one.grown()).Findings[0].Score; got < 0.5 {
				missed = append(missed, name)
			}
		}
		if len(missed) > 0 {
			t.Errorf("below %s no alert: %q", place, missed)
		}
	}
}
