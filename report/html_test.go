package report

import "testing"

func TestHTML(t *testing.T) {
	golden(t, "webserver.html", render(t, webServer(), HTML, Style{}))
}
