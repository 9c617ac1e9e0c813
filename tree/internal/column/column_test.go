package column

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"
)

// spaces are all kinds of spaces.
func spaces(t *testing.T) map[string]*Space {
	all := map[string]*Space{"heap": nil, "memory": New(nil)}
	if CanSpill {
		all["file"] = New(temporary(t))
	}
	return all
}

func temporary(t *testing.T) *os.File {
	f, err := os.Create(filepath.Join(t.TempDir(), "spill"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// A list holds what was pushed, wherever it lies and however often it grew, and so do the lists beside it.
func TestListsHoldWhatWasPushed(t *testing.T) {
	const n = 3 << 20
	for name, s := range spaces(t) {
		var a []uint32
		var b [][3]uint64
		for i := range n {
			a = Push(s, a, uint32(i))
			if i%8 == 0 {
				b = Push(s, b, [3]uint64{uint64(i), 1, 2})
			}
		}
		for i, v := range a {
			if v != uint32(i) {
				t.Fatalf("%s: element %d is %d", name, i, v)
			}
		}
		for i, v := range b {
			if v != [3]uint64{uint64(8 * i), 1, 2} {
				t.Fatalf("%s: element %d is %d", name, i, v)
			}
		}
		if len(a) != n || len(b) != n/8 {
			t.Errorf("%s: %d and %d elements", name, len(a), len(b))
		}
		Drop(s, a)
		if !slices.Equal(b[len(b)-1:], [][3]uint64{{n - 8, 1, 2}}) {
			t.Errorf("%s: a list is gone with the one beside it", name)
		}
		s.Free()
	}
}

// A long list grows where it lies: nothing that points into it is left behind.
func TestLongListsStayWhereTheyAre(t *testing.T) {
	if !CanSpill {
		t.Skip("lists lie on the heap here")
	}
	for name, s := range spaces(t) {
		if s == nil {
			continue
		}
		list := Push(s, Make[uint64](s, short/8), 1)
		first, at := &list[0], &list[short/8]
		for range 8 << 20 {
			list = Push(s, list, 2)
		}
		*at = 7
		if &list[0] != first || list[short/8] != 7 {
			t.Errorf("%s: the list has moved", name)
		}
		s.Free()
	}
}

// What is made is zero, also where something else was before.
func TestMadeListsAreZero(t *testing.T) {
	for name, s := range spaces(t) {
		for range 3 {
			list := Make[uint64](s, 1<<20)
			slab := Slab[uint64](s, 1<<10)[:1<<10]
			for i, v := range list {
				if v != 0 || slab[i%len(slab)] > 1 {
					t.Fatalf("%s: element %d is %d", name, i, v)
				}
				list[i], slab[i%len(slab)] = 1, 1
			}
			Discard(s, list, list[:1000])
			if list[len(list)-1] != 1 {
				t.Errorf("%s: more was discarded than was meant", name)
			}
			s.Free()
			if slab = Slab[uint64](s, 1<<10)[:1<<10]; slab[0] != 0 {
				t.Errorf("%s: a slab holds what was freed", name)
			}
		}
	}
}

// Slabs asked for by several goroutines do not overlap.
func TestSlabsLieApart(t *testing.T) {
	for name, s := range spaces(t) {
		var wg sync.WaitGroup
		var slabs [8][][]int
		for g := range slabs {
			wg.Go(func() {
				for range 500 {
					slab := Slab[int](s, 100)
					for range 100 {
						slab = append(slab, g)
					}
					slabs[g] = append(slabs[g], slab)
				}
			})
		}
		wg.Wait()
		for g, all := range slabs {
			for _, slab := range all {
				if len(slab) != 100 || slices.ContainsFunc(slab, func(v int) bool { return v != g }) {
					t.Fatalf("%s: a slab of %d holds %v", name, g, slab)
				}
			}
		}
		s.Free()
	}
}

// Where the file cannot hold a list, memory does, and the space says so.
func TestRefusedFile(t *testing.T) {
	if !CanSpill {
		t.Skip("lists lie on the heap here")
	}
	f := temporary(t)
	readOnly, err := os.Open(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	defer readOnly.Close()
	s := New(readOnly)
	var list []uint64
	for i := range 1 << 20 {
		list = Push(s, list, uint64(i))
	}
	if list[1<<20-1] != 1<<20-1 || list[0] != 0 {
		t.Error("the list does not hold what was pushed")
	}
	if len(s.regions) != 0 {
		t.Error("addresses are taken for nothing")
	}
	if s.Refused() == nil {
		t.Error("nobody is told that the file was not used")
	}
}

// What was freed takes no blocks of the disk and no addresses.
func TestFreedBlocksAreGivenBack(t *testing.T) {
	if !CanSpill {
		t.Skip("lists lie on the heap here")
	}
	s := New(temporary(t))
	for range 4 * maxRegions {
		list := Make[byte](s, short)
		list[0] = 1
		Drop(s, list)
	}
	if len(s.regions) != 0 || s.disk.regions != 0 || s.Refused() != nil {
		t.Errorf("%d and %d regions are left: %v", len(s.regions), s.disk.regions, s.Refused())
	}
}

// Long lists cost the collector nothing.
func TestLongListsAreNotOnTheHeap(t *testing.T) {
	if !CanSpill {
		t.Skip("lists lie on the heap here")
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	s := New(nil)
	var list []uint64
	for i := range 16 << 20 {
		list = Push(s, list, uint64(i))
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 8<<20 {
		t.Errorf("%d bytes were allocated for a list of %d", grown, 8*len(list))
	}
	s.Free()
}
