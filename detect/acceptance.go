package detect

// acceptance are the chains that the model has to rank above the whole of a
// normal server's life, root first, as normalised names: the cases that the
// released seed model was made for. They are never generated for training.
var acceptance = [][]string{
	{"explorer", "acrord", "powershell"},
	{"systemd", "gnome-shell", "evince", "sh"},
	{"systemd", "sshd", "bash", "xpdf", "sh"},
	{"systemd", "java", "sh", "curl"},
	{"services", "solarwinds.businesslayerhost", "cmd", "powershell"},
	{"systemd", "sshd", "bash", "ls", "sh"},
	{"systemd", "httpd", "bash", "python", "xmrig"},
}
