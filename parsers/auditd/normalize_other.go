//go:build !(linux || darwin || freebsd)

package auditd

// Normalize is not available: go-libaudit does not compile for this platform.
// The error is [ErrNoView].
func Normalize([]string) (View, error) { return View{}, ErrNoView }
