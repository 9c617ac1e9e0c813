package evtx
