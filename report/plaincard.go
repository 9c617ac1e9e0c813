package report

import (
	"cmp"
	"fmt"
	"io"

	"oddkin/detect"
)

// WritePlain renders what a plain model's file says about it, as Table or JSON.
func WritePlain(w io.Writer, p *detect.Plain, format Format) error {
	if format == JSON {
		return indented(w, struct {
			Kind, Digest string
			Words        int
			detect.PlainInfo
		}{"plain", p.Digest(), p.Words(), p.Info})
	}
	const none = "not stated"
	_, err := fmt.Fprintf(w, "Plain model, imported from Keras, for 'oddkin classify'\nsha256 %s\nKnows %d names, reads %d of a chain.\nSource:  %s\nLicence: %s\n",
		p.Digest(), p.Words(), p.Info.Length, Visible(cmp.Or(p.Info.Source, none)), Visible(cmp.Or(p.Info.Licence, none)))
	return err
}
