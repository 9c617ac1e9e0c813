package tree

import "oddkin/tree/internal/column"

// known finds the numbers of what is kept once by 32 bits of its hash: open addressing. Where there are millions, nearly
// every place that is looked at is far from the last, so that the table lies in large pages where it can.
type known struct {
	places []knownPlace // a power of two of them
	count  int
	shift  uint          // 32 less the bits of an index in places, which are the highest of the hash
	space  *column.Space // of the places; nil for the heap
}

// knownPlace holds a number, 0 for none, and the hash of what has it.
type knownPlace struct{ id, hash uint32 }

// fewestKnown is how many places a table has at first, by their bits.
const fewestKnown = 10

// first is where what has the hash is looked for first; what has another number may stand there.
func (k *known) first(hash uint32) int { return int(hash >> k.shift) }

// at is a place, counted on from the beginning behind the last one.
func (k *known) at(i int) *knownPlace { return &k.places[i&(len(k.places)-1)] }

// grow makes room for one more.
func (k *known) grow() {
	if 4*k.count < 3*len(k.places) {
		return
	}
	old := k.places
	if old == nil {
		k.places, k.shift = make([]knownPlace, 1<<fewestKnown), 32-fewestKnown
		return
	}
	k.places = column.Make[knownPlace](k.space, 2*len(old))
	k.shift--
	for _, p := range old {
		if p.id == 0 {
			continue
		}
		i := k.first(p.hash)
		for k.at(i).id != 0 {
			i++
		}
		*k.at(i) = p
	}
	column.Drop(k.space, old)
}

// drop lets go of the table.
func (k *known) drop() {
	column.Drop(k.space, k.places)
	*k = known{}
}
