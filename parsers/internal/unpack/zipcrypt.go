package unpack

import (
	"archive/zip"
	"compress/flate"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
)

// passwords are those under which malware and the reports on it are shared, so that no
// scanner on the way removes them.
var passwords = []string{"infected", "malware", "novirus", "virus", "password", "dangerous"}

// errAltered means that a decrypted member fails its check.
var errAltered = errors.New("zip member altered or damaged: its check does not hold")

// unlock opens an encrypted member with the first password that fits. Both ways of
// encrypting are known: the old one of PKZIP (APPNOTE 6.1), and AES as WinZip
// defined it (AE-1 and AE-2).
func unlock(f *zip.File) (r io.Reader, password string, err error) {
	aesInfo, isAES, err := aesExtra(f.Extra)
	if err != nil {
		return nil, "", err
	}
	method := f.Method
	if isAES {
		method = aesInfo.method
	}
	if method != zip.Store && method != zip.Deflate {
		return nil, "", fmt.Errorf("encrypted zip member, packed by method %d", method)
	}
	for _, password := range passwords {
		open := func() (io.Reader, error) {
			raw, err := f.OpenRaw()
			if err != nil {
				return nil, err
			}
			if isAES {
				raw, err = aesReader(raw, int64(f.CompressedSize64), aesInfo, password)
			} else {
				raw, err = pkReader(raw, f, password)
			}
			if raw == nil || err != nil {
				return nil, err
			}
			if method == zip.Deflate {
				raw = flate.NewReader(raw)
			}
			if !isAES || aesInfo.version == 1 {
				raw = &checked{r: raw, sum: crc32.NewIEEE(), want: f.CRC32}
			}
			return raw, nil
		}
		trial, err := open()
		if err != nil {
			return nil, "", err
		}
		// The old way's one check byte lets one wrong password in 256 pass; what it
		// unlocks is noise, which shows at once.
		if trial == nil || !sound(trial) {
			continue
		}
		r, err = open()
		return r, password, err
	}
	return nil, "", ErrEncrypted
}

// sound reports whether the beginning of r can be read.
func sound(r io.Reader) bool {
	_, err := io.CopyN(io.Discard, r, 1<<20)
	return err == nil || errors.Is(err, io.EOF)
}

// checked ends a stream with errAltered if its sum is another.
type checked struct {
	r    io.Reader
	sum  hash.Hash32
	want uint32
}

func (c *checked) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.sum.Write(p[:n])
	if errors.Is(err, io.EOF) && c.sum.Sum32() != c.want {
		err = errAltered
	}
	return n, err
}

// pkKeys is the state of PKZIP's cipher.
type pkKeys [3]uint32

func (k *pkKeys) update(plain byte) {
	crc := func(sum uint32, b byte) uint32 { return crc32.IEEETable[byte(sum)^b] ^ sum>>8 }
	k[0] = crc(k[0], plain)
	k[1] = (k[1]+k[0]&0xff)*134775813 + 1
	k[2] = crc(k[2], byte(k[1]>>24))
}

func (k *pkKeys) decrypt(p []byte) {
	for i, c := range p {
		t := k[2] | 2
		p[i] = c ^ byte(t*(t^1)>>8)
		k.update(p[i])
	}
}

type pkStream struct {
	r    io.Reader
	keys pkKeys
}

func (s *pkStream) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.keys.decrypt(p[:n])
	return n, err
}

// pkReader decrypts by PKZIP's way; nil if the password cannot be the one.
func pkReader(r io.Reader, f *zip.File, password string) (io.Reader, error) {
	s := &pkStream{r, pkKeys{0x12345678, 0x23456789, 0x34567890}}
	for i := range len(password) {
		s.keys.update(password[i])
	}
	var head [12]byte
	if _, err := io.ReadFull(s, head[:]); err != nil {
		return nil, fmt.Errorf("damaged zip: %w", err)
	}
	check := byte(f.CRC32 >> 24)
	if f.Flags&8 != 0 { // the sum was not known when the member was begun
		check = byte(f.ModifiedTime >> 8) //nolint:staticcheck // the raw field is what is meant
	}
	if head[11] != check && head[11] != byte(f.CRC32>>24) {
		return nil, nil
	}
	return s, nil
}

// aesField is what WinZip's extra field says.
type aesField struct {
	version int // 1: the CRC holds too
	key     int // bytes
	method  uint16
}

// aesExtra finds WinZip's extra field, 0x9901.
func aesExtra(extra []byte) (aesField, bool, error) {
	for len(extra) >= 4 {
		id, size := binary.LittleEndian.Uint16(extra), int(binary.LittleEndian.Uint16(extra[2:]))
		if extra = extra[4:]; size > len(extra) {
			break
		}
		if id == 0x9901 {
			if size < 7 || extra[4] < 1 || extra[4] > 3 {
				return aesField{}, false, errors.New("damaged zip: its AES field makes no sense")
			}
			return aesField{int(binary.LittleEndian.Uint16(extra)), 8 + 8*int(extra[4]), binary.LittleEndian.Uint16(extra[5:])}, true, nil
		}
		extra = extra[size:]
	}
	return aesField{}, false, nil
}

const aesMacSize = 10

// aesStream decrypts and checks at the end.
type aesStream struct {
	r     io.Reader // the member without its check
	tail  io.Reader // the check
	block cipher.Block
	mac   hash.Hash
	count uint64
	pad   [aes.BlockSize]byte
	used  int // of pad
	done  error
}

// aesReader decrypts by WinZip's way; nil if the password cannot be the one.
func aesReader(r io.Reader, size int64, info aesField, password string) (io.Reader, error) {
	salt := make([]byte, info.key/2+2) // and two bytes to check the password by
	if body := size - int64(len(salt)) - aesMacSize; body < 0 {
		return nil, errors.New("damaged zip: a member is shorter than its AES frame")
	}
	if _, err := io.ReadFull(r, salt); err != nil {
		return nil, fmt.Errorf("damaged zip: %w", err)
	}
	salt, verify := salt[:info.key/2], salt[info.key/2:]
	keys, err := pbkdf2.Key(sha1.New, password, salt, 1000, 2*info.key+2)
	if err != nil {
		return nil, err
	}
	if subtle.ConstantTimeCompare(keys[2*info.key:], verify) == 0 {
		return nil, nil
	}
	block, err := aes.NewCipher(keys[:info.key])
	if err != nil {
		return nil, err
	}
	body := size - int64(info.key/2+2) - aesMacSize
	return &aesStream{
		r: io.LimitReader(r, body), tail: r, block: block,
		mac: hmac.New(sha1.New, keys[info.key:2*info.key]), used: aes.BlockSize,
	}, nil
}

func (s *aesStream) Read(p []byte) (int, error) {
	if s.done != nil {
		return 0, s.done
	}
	n, err := s.r.Read(p)
	s.mac.Write(p[:n])
	for i := range p[:n] {
		if s.used == len(s.pad) {
			// The counter is little-endian and begins at 1, unlike that of cipher.NewCTR.
			s.count++
			s.pad = [aes.BlockSize]byte{}
			binary.LittleEndian.PutUint64(s.pad[:], s.count)
			s.block.Encrypt(s.pad[:], s.pad[:])
			s.used = 0
		}
		p[i] ^= s.pad[s.used]
		s.used++
	}
	if errors.Is(err, io.EOF) {
		err = s.end()
	}
	s.done = err
	return n, err
}

// end checks what was read.
func (s *aesStream) end() error {
	var want [aesMacSize]byte
	if _, err := io.ReadFull(s.tail, want[:]); err != nil || !hmac.Equal(s.mac.Sum(nil)[:aesMacSize], want[:]) {
		return errAltered
	}
	return io.EOF
}
