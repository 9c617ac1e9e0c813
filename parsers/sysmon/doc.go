// Package sysmon reads Sysmon and Windows Security process events as JSON.
package sysmon
