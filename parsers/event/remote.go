package event

// Remote is the other end of a connection that a process made, or of a login.
type Remote struct {
	// Address is the other end's, and Local this host's own, as recorded; either may be empty.
	Address, Local string
	// Port is the one that was connected to; 0 if unknown.
	Port uint16
	// Inbound says that the other end came here.
	Inbound bool
	// Session is the session that a login opened, where it is not that of the process
	// that tells of it.
	Session string
}
