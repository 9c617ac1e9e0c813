// Package auditd reads Linux audit logs.
package auditd
