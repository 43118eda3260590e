// The vectors in plain Go, with nothing but its standard library: it shares no code with our Rust.
//
//	go run seal.go seal > sealed_by_go.json
//	go run seal.go open sealed_by_rust.json
package main

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
	"runtime"
)

type vector struct {
	Name           string `json:"name"`
	MadeWith       string `json:"made_with"`
	Plaintext      string `json:"plaintext"`
	Body           string `json:"body"`
	Signature      string `json:"signature"`
	AesKey         []byte `json:"aes_key"` // encoding/json writes bytes as base64
	Iv             []byte `json:"iv"`
	ReplyPlaintext string `json:"reply_plaintext"`
	Reply          string `json:"reply"`
}

type wire struct {
	EncryptedFlowData []byte `json:"encrypted_flow_data"`
	EncryptedAesKey   []byte `json:"encrypted_aes_key"`
	InitialVector     []byte `json:"initial_vector"`
}

func main() {
	switch {
	case len(os.Args) == 2 && os.Args[1] == "seal":
		vectors := read("plaintexts.json")
		for i := range vectors {
			vectors[i].seal()
		}
		out := json.NewEncoder(os.Stdout)
		out.SetEscapeHTML(false)
		out.SetIndent("", "  ")
		must(out.Encode(vectors))
	case len(os.Args) == 3 && os.Args[1] == "open":
		vectors := read(os.Args[2])
		for _, v := range vectors {
			v.open()
		}
		fmt.Println(len(vectors), "opened")
		if len(vectors) == 0 {
			os.Exit(1)
		}
	default:
		must(fmt.Errorf("usage: go run seal.go seal | open FILE"))
	}
}

func (v *vector) seal() {
	key, iv := random(), random()
	public := try(x509.ParsePKIXPublicKey(block("public.pem"))).(*rsa.PublicKey)
	body := try(json.Marshal(wire{
		EncryptedFlowData: gcm(key).Seal(nil, iv, []byte(v.Plaintext), nil),
		EncryptedAesKey:   try(rsa.EncryptOAEP(sha256.New(), rand.Reader, public, key, nil)),
		InitialVector:     iv,
	}))
	reply := gcm(key).Seal(nil, inverted(iv), []byte(v.ReplyPlaintext), nil)
	v.MadeWith = "Go " + runtime.Version()[len("go"):]
	v.Body, v.Signature = string(body), sign(body)
	v.AesKey, v.Iv, v.Reply = key, iv, base64.StdEncoding.EncodeToString(reply)
}

func (v *vector) open() {
	var body wire
	must(json.Unmarshal([]byte(v.Body), &body))
	private := try(x509.ParsePKCS8PrivateKey(block("key.pem"))).(*rsa.PrivateKey)
	key := try(rsa.DecryptOAEP(sha256.New(), rand.Reader, private, body.EncryptedAesKey, nil))
	iv := body.InitialVector
	sealed := try(base64.StdEncoding.DecodeString(v.Reply))
	plaintext := try(gcm(key).Open(nil, iv, body.EncryptedFlowData, nil))
	reply := try(gcm(key).Open(nil, inverted(iv), sealed, nil))
	v.same("signature", []byte(sign([]byte(v.Body))), []byte(v.Signature))
	v.same("aes_key", key, v.AesKey)
	v.same("iv", iv, v.Iv)
	v.same("plaintext", plaintext, []byte(v.Plaintext))
	v.same("reply_plaintext", reply, []byte(v.ReplyPlaintext))
}

func (v *vector) same(member string, got, wanted []byte) {
	if !bytes.Equal(got, wanted) {
		must(fmt.Errorf("%s: another %s: %q", v.Name, member, got))
	}
}

func sign(body []byte) string {
	secret := bytes.TrimSpace(try(os.ReadFile("app_secret")))
	mac := hmac.New(sha256.New, secret)
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

func gcm(key []byte) cipher.AEAD {
	return try(cipher.NewGCMWithNonceSize(try(aes.NewCipher(key)), 16))
}

func inverted(iv []byte) []byte {
	out := make([]byte, len(iv))
	for i, b := range iv {
		out[i] = ^b
	}
	return out
}

func random() []byte {
	out := make([]byte, 16)
	try(rand.Read(out))
	return out
}

func block(file string) []byte {
	found, _ := pem.Decode(try(os.ReadFile(file)))
	if found == nil {
		must(fmt.Errorf("%s: no PEM", file))
	}
	return found.Bytes
}

func read(file string) (vectors []vector) {
	must(json.Unmarshal(try(os.ReadFile(file)), &vectors))
	return vectors
}

func try[T any](value T, err error) T {
	must(err)
	return value
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
