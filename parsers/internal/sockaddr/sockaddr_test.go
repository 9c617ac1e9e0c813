package sockaddr

import (
	"encoding/hex"
	"fmt"
	"testing"
)

func TestAddressesOfConnects(t *testing.T) {
	const v6 = "20010DB8000000000000000000000001"
	for saddr, want := range map[string]string{
		"020000160A000002":                                 "10.0.0.2 22",
		"020000160A0000020000000000000000":                 "10.0.0.2 22",
		"000200160A0000020000000000000000":                 "10.0.0.2 22", // s390x
		"0A0001BB00000000" + v6 + "00000000":               "2001:db8::1 443",
		"000A01BB00000000" + v6 + "00000000":               "2001:db8::1 443",
		"0A0001BB00000000" + v6:                            "2001:db8::1 443",
		"0a0001bb00000000" + v6:                            "2001:db8::1 443",
		"0A0001BB0000000000000000000000000000FFFF0A000002": "10.0.0.2 443", // the same host as by IPv4
		// Nothing that names another host:
		"020000160A0000":             "", // cut short
		"0A0001BB00000000" + v6[:30]: "",
		"020000000A000002":           "", // port 0
		"0200001600000000":           "", // any address
		"020000167F000001":           "", // this host
		"0A0001BB00000000" + "00000000000000000000000000000001": "",
		"0A0001BB0000000000000000000000000000FFFF7F000001":      "",
		"01002F72756E2F736F636B657400":                          "", // a name
		"0000000000000000":                                      "",
		"100000000000000000000000":                              "", // netlink
		"FFFF00160A000002":                                      "",
		"":                                                      "",
	} {
		got := ""
		b, err := hex.DecodeString(saddr)
		if err != nil {
			t.Fatal(err)
		}
		if r := Remote(b); r != nil {
			got = fmt.Sprint(r.Address, " ", r.Port)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", saddr, got, want)
		}
	}
}
