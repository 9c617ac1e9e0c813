package names

import "strings"

// windows normalises the base name of a Windows image.
func windows(base string) string {
	name := strings.ToLower(strings.TrimSuffix(base, " (deleted)"))
	name = strings.TrimSuffix(name, ".exe")
	if name == "" {
		return Unknown
	}
	// Copies that a browser or the desktop numbers: "setup (1)".
	if i := strings.LastIndex(name, " ("); i > 0 && strings.HasSuffix(name, ")") {
		name = name[:i]
	}
	// Judged before capitals fall: "aXbQzTr" says more than "axbqztr".
	if KindOf(name) == Other && IsRandom(strings.TrimSuffix(strings.TrimSuffix(base, ".exe"), ".EXE")) {
		return Random
	}
	name = trimSuffixes(name, architecture)
	if KindOf(name) == Other {
		name = version(name)
	}
	name = trimSuffixes(name, architecture)
	if strings.HasSuffix(name, "64") && len(name) > 5 && !strings.HasSuffix(name, "base64") && !strings.HasSuffix(name, "x64") && !strings.HasSuffix(name, "_64") {
		name = strings.TrimSuffix(name, "64")
	}
	if to, ok := windowsAlternatives()[name]; ok {
		return to
	}
	return collapse(name)
}

var architecture = []string{".x64", "_x64", "-x64", ".x86", "_x86", "-x86", ".amd64", "_amd64", "-amd64", "_x86_64", "-win64", "-win32", ".arm64", "-arm64"}

// windowsAlternatives maps programs that ship under several names.
var windowsAlternatives = lazily(pairs, `
	pythonw python, py python, pyw python, javaw java, javaws java, wscript wscript,
	acrobat acrord, acrord32 acrord, acrord32_sl acrord, foxitreader foxitpdfreader, foxitphantompdf foxitpdfreader,
	powershell_ise powershell_ise, pwsh pwsh, rubyw ruby, wperl perl, nodejs node,
	ncat nc, netcat nc, psexesvc psexesvc, psexec psexec,
	solarwinds.businesslayerhostx64 solarwinds.businesslayerhost
`)
