package report

import "testing"

func TestTable(t *testing.T) {
	for _, c := range []struct {
		golden string
		style  Style
	}{
		{"webserver.80.txt", Style{Width: 80}},
		{"webserver.200.txt", Style{Width: 200}},
		{"webserver.ascii.txt", Style{Width: 80, ASCII: true}},
		{"webserver.colour.txt", Style{Width: 120, Colour: true}},
	} {
		t.Run(c.golden, func(t *testing.T) { golden(t, c.golden, render(t, webServer(), Table, c.style)) })
	}
}
