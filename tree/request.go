package tree

import (
	"strings"

	"oddkin/parsers/event"
)

// request is what a program asks a broker for, as its command line tells.
type request struct {
	node *Node
	text string // the command line, as it compares
	name string // of the service, task, unit, bus name or user that it is about; may be empty
	run  bool   // starts by name what was set up before
}

// wanted is what a request for a start could name.
type wanted struct {
	node                    *Node
	kind                    broker
	command, image, program string // as they compare; empty where too short to tell anything
	arguments               string // the command without the program
	name                    string
}

// maxRequest bounds how much of a command line is read.
const maxRequest = 1 << 10

// Programs that start others for whoever asks, by name; they count where such programs lie.
var (
	unixBrokers    = map[string]broker{"cron": cronBroker, "crond": cronBroker, "CRON": cronBroker, "atd": atBroker}
	windowsBrokers = map[string]broker{
		"services.exe": serviceBroker, "wmiprvse.exe": wmiBroker, "taskeng.exe": taskBroker, "dllhost.exe": comBroker,
		"svchost.exe": hostBroker,
	}
	// askers are programs whose command line may tell of a request.
	askers = map[string]bool{
		"sc.exe": true, "net.exe": true, "net1.exe": true, "schtasks.exe": true, "at.exe": true, "wmic.exe": true,
		"powershell.exe": true, "pwsh.exe": true,
		"systemctl": true, "service": true, "systemd-run": true, "crontab": true, "at": true, "batch": true, "dbus-send": true,
		"gdbus": true, "busctl": true, "docker": true, "podman": true, "nerdctl": true, "ctr": true, "crictl": true,
	}
)

// brokerOf says which kind of broker started n, if one did.
func brokerOf(n *Node) broker {
	if n.Parent == nil || n.same || n.Standing == Named {
		return noBroker
	}
	up := n.Parent.prog.plays()
	if n.prog.OS != event.Windows {
		switch {
		case n.prog.Base == "dbus-daemon-launch-helper":
			return busBroker
		case up.runtime && !n.prog.plays().runtime:
			return containerBroker
		case n.Parent.PID == 1:
			return unitBroker
		}
		return up.broker
	}
	if up.broker != hostBroker {
		return up.broker
	}
	if n.Parent.isScheduleService() {
		return taskBroker
	}
	base := strings.ToLower(n.prog.Base)
	if base != "wmiprvse.exe" && n.prog.plays().begins == EntryUnknown && (base == "dllhost.exe" || strings.Contains(strings.ToLower(n.Command()), "-embedding")) {
		return comBroker
	}
	return noBroker
}

// wantedBy is what a request for n could name.
func wantedBy(n *Node, k broker) wanted {
	w := wanted{node: n, kind: k, command: plain(n.prog, n.Command()), image: plain(n.prog, n.prog.Image), program: plain(n.prog, n.prog.Base)}
	argv, _ := n.of.lines.of(n.line)
	if _, args, ok := strings.Cut(w.command, " "); ok && len(args) >= 8 && len(argv) > 0 {
		w.arguments = args
	}
	const least = 4 // letters that tell a command from any other text
	for _, s := range []*string{&w.command, &w.image, &w.program} {
		if len(*s) < least || *s == "cmd.exe" || *s == "powershell.exe" {
			*s = ""
		}
	}
	if k == busBroker && len(argv) > 0 {
		w.name = argv[len(argv)-1]
	}
	return w
}

// plain is text of a command line as it compares: on Windows in lower case; quotes do not count.
func plain(p *Program, s string) string {
	s = s[:min(len(s), maxRequest)]
	if p.OS == event.Windows {
		s = strings.ToLower(s)
	}
	if strings.ContainsAny(s, `"'`) || strings.Contains(s, "  ") {
		s = unquoter.Replace(s)
	}
	return strings.TrimSpace(s)
}

var unquoter = strings.NewReplacer(`\"`, "", `"`, "", "'", "", "  ", " ")

// matches says by which rule r asked for w. before holds older requests of the kind.
func (a *asker) matches(r *request, w *wanted, before []request) (rule string, confidence float32) {
	switch w.kind {
	case unitBroker:
		if !startsWithin(r.node, w.node, soon) {
			return "", 0
		}
		if r.name != "" {
			if len(r.name) >= 3 && (strings.Contains(w.program, r.name) || w.program != "" && strings.Contains(r.name, w.program)) {
				return ruleAsksForUnit, 0.7
			}
			return "", 0
		}
	case busBroker:
		if r.name != "" && r.name == w.name && startsWithin(r.node, w.node, soon) {
			return ruleAsksForBusName, 0.8
		}
		return "", 0
	case cronBroker, atBroker:
		if r.name != w.node.of.texts.of(w.node.user) {
			return "", 0
		}
		if w.kind == atBroker {
			return ruleLastQueued, 0.5
		}
		if r.name == "0" || r.name == "root" { // who also has the system's own tables
			return ruleLastTable, 0.3
		}
		return ruleLastTable, 0.5
	case containerBroker:
		if !startsWithin(r.node, w.node, soon) {
			return "", 0
		}
		if id := a.ids.of(w.node.Parent); id != "" && (strings.Contains(r.text, id) || len(id) == 64 && strings.Contains(r.text, id[:12])) {
			return ruleAsksForID, 0.9
		}
	}
	if r.run {
		for i := len(before) - 1; i >= 0; i-- {
			if b := &before[i]; !b.run && b.name == r.name && b.asks(w) != "" && startsWithin(r.node, w.node, clientTime) {
				return ruleAsksByName, 0.9
			}
		}
		name := r.name[strings.LastIndexByte(r.name, '\\')+1:] // tasks lie in folders
		if len(name) >= 3 && strings.Contains(w.program, name) && startsWithin(r.node, w.node, soon) {
			return ruleAsksForName, 0.7 // set up before the log
		}
		return "", 0
	}
	switch rule = r.asks(w); rule {
	case ruleAsksForCommand:
		return rule, 0.95
	case ruleAsksForProgram:
		return rule, 0.9
	}
	return "", 0
}

// asks says whether r's command line names what w is.
func (r *request) asks(w *wanted) string {
	switch {
	case w.command != "" && w.command != w.program && strings.Contains(r.text, w.command), w.arguments != "" && strings.Contains(r.text, w.arguments):
		return ruleAsksForCommand
	case w.image != "" && strings.Contains(r.text, w.image), w.program != "" && strings.Contains(r.text, w.program):
		return ruleAsksForProgram
	}
	return ""
}

// note remembers what n asks for.
func (a *asker) note(n *Node) {
	part := n.prog.plays()
	if n.Standing == Named || !part.asks && !part.client {
		return
	}
	if n.prog.OS == event.Windows {
		a.noteWindows(n)
	} else {
		a.noteUnix(n)
	}
}

func (a *asker) add(k broker, r request) {
	list := a.asked[k]
	if len(list) >= 4*lastAsked { // the oldest are never looked at
		list = append(list[:0], list[len(list)-lastAsked:]...)
	}
	a.asked[k] = append(list, r)
}

// clientPrograms ask COM and WMI servers for starts in the ways that attackers are known
// to use, beside whatever lies outside the system's folders.
var clientPrograms = map[string]bool{
	"powershell.exe": true, "pwsh.exe": true, "wscript.exe": true, "cscript.exe": true, "mshta.exe": true, "rundll32.exe": true,
	"regsvr32.exe": true, "winword.exe": true, "excel.exe": true, "powerpnt.exe": true, "outlook.exe": true, "msaccess.exe": true,
	"mmc.exe": true, "wmic.exe": true, "cmstp.exe": true, "msbuild.exe": true, "installutil.exe": true, "hh.exe": true,
}

func (a *asker) noteWindows(n *Node) {
	if part := n.prog.plays(); part.client {
		if len(a.clients) >= 4*lastAsked {
			a.clients = append(a.clients[:0], a.clients[len(a.clients)-lastAsked:]...)
		}
		a.clients = append(a.clients, n)
	}
	if !n.prog.plays().asks || n.elsewhere() {
		return
	}
	text := plain(n.prog, n.Command())
	words := strings.Fields(text)
	r := request{node: n, text: text}
	has := func(s string) bool { return strings.Contains(text, s) }
	switch strings.ToLower(n.prog.Base) {
	case "sc.exe":
		for i, w := range words {
			if i+1 < len(words) && (w == "create" || w == "config" || w == "start") {
				r.name, r.run = words[i+1], w == "start"
				a.add(serviceBroker, r)
				return
			}
		}
	case "net.exe", "net1.exe":
		if len(words) > 2 && words[1] == "start" {
			r.name, r.run = strings.Join(words[2:], " "), true
			a.add(serviceBroker, r)
		}
	case "schtasks.exe":
		r.name, r.run = option(words, "/tn"), has(" /run")
		if r.run || has(" /create") || has(" /change") {
			a.add(taskBroker, r)
		}
	case "at.exe":
		a.add(taskBroker, r)
	case "wmic.exe":
		if has("call create") || has("call startservice") {
			a.add(wmiBroker, r)
		}
	default:
		if has("new-service") || has("win32_service") {
			a.add(serviceBroker, r)
		}
		if has("scheduledtask") {
			a.add(taskBroker, r)
		}
		if has("win32_process") || has("wmimethod") || has("cimmethod") {
			a.add(wmiBroker, r)
		}
	}
}

// option is the word that follows the named one.
func option(words []string, name string) string {
	for i, w := range words {
		if w == name && i+1 < len(words) {
			return words[i+1]
		}
	}
	return ""
}

func (a *asker) noteUnix(n *Node) {
	argv := n.arguments()
	if len(argv) == 0 {
		return
	}
	r := request{node: n, text: plain(n.prog, n.Command())}
	switch n.prog.Base {
	case "systemctl", "service":
		starts := false
		var names []string
		for _, w := range argv[1:] {
			switch {
			case w == "start" || w == "restart" || w == "reload" || w == "try-restart" || w == "reload-or-restart" || w == "enable":
				starts = true
			case w[:min(1, len(w))] != "-" && len(names) < lastAsked:
				w, _, _ = strings.Cut(strings.TrimSuffix(w, ".service"), "@")
				names = append(names, w)
			}
		}
		for _, name := range names {
			if r.name = name; starts && name != "" {
				a.add(unitBroker, r)
			}
		}
	case "systemd-run":
		a.add(unitBroker, r)
	case "crontab":
		r.name = n.of.texts.of(n.user)
		for i, w := range argv {
			if w == "-l" {
				return
			}
			if w == "-u" && i+1 < len(argv) {
				r.name = argv[i+1]
			}
		}
		a.add(cronBroker, r)
	case "at", "batch":
		if len(argv) > 1 && (argv[1] == "-l" || argv[1] == "-c") {
			return
		}
		if r.name = n.of.texts.of(n.audit); r.name == "" { // at runs as root
			r.name = n.of.texts.of(n.user)
		}
		a.add(atBroker, r)
	case "dbus-send", "gdbus", "busctl":
		for i, w := range argv {
			if v, ok := strings.CutPrefix(w, "--dest="); ok {
				r.name = v
			} else if (w == "--dest" || w == "call") && i+1 < len(argv) && argv[i+1] != "" && argv[i+1][0] != '-' {
				r.name = argv[i+1]
			}
		}
		a.add(busBroker, r)
	default:
		a.add(containerBroker, r)
	}
}

// isSystem reports whether user is the system or one of its service accounts.
func isSystem(user string) bool {
	u := strings.ToLower(user)
	return u == "s-1-5-18" || strings.HasPrefix(u, `nt authority\`) || u == "system"
}
