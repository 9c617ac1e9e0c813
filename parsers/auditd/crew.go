package auditd

import (
	"iter"

	"oddkin/parsers/internal/crew"
	"oddkin/parsers/internal/ingest"
)

// digested yields the blocks of in, digested by several workers side by side and
// in the order of the input. A block is valid until the next one is asked for.
// The input is not touched after the iteration has ended.
func (f format) digested(in *ingest.Input) iter.Seq[*block] {
	return func(yield func(*block) bool) {
		source := &blocks{r: in.R}
		read := func(b *block) (last bool) {
			source.next(b)
			return source.ended
		}
		c := crew.New(in.Parsers(), read, func() func(*block) { return f.digester(in).digest })
		defer c.Close()
		for b := c.Next(); b != nil && yield(b); {
			b = c.Next()
		}
	}
}

func (f format) digester(in *ingest.Input) *digester {
	return &digester{syslog: f.syslog, keepRaw: in.KeepRaw}
}
