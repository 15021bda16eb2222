// Makes receipts with gofpdf, for bench/receipts.py to compare the project's own with.
//
//	gofpdf once core|FONT.ttf
//	gofpdf each core|FONT.ttf
//
// It reads orders as `python -m orders.receipt` does. "once" writes the receipt of one order as PDF. "each" reads one order
// a line and prints the figures that bench/each_receipt.py prints. "core" is Helvetica, which no PDF needs to embed.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"syscall"
	"time"
)

type row struct {
	Body       string `json:"body"`
	ReceivedAt string `json:"receivedAt"`
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: gofpdf once|each core|FONT.ttf")
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}

func run(how, font string) error {
	face, err := faceOf(font)
	if err != nil {
		return err
	}
	if how == "once" {
		return once(face)
	}
	return each(face)
}

func once(face face) error {
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	order, received, err := parse(text)
	if err != nil {
		return err
	}
	pdf, err := receipt(order, received, face)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(pdf)
	return err
}

func each(face face) error {
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = timed(line, face)
		}
		if err != nil {
			return err
		}
	}
}

func timed(line []byte, face face) error {
	order, received, err := parse(line)
	if err != nil {
		return err
	}
	began, used := time.Now(), processors()
	pdf, err := receipt(order, received, face)
	if err != nil {
		return err
	}
	seconds, spent := time.Since(began).Seconds(), processors()-used
	_, err = fmt.Printf("{\"seconds\": %.9f, \"processors\": %.9f, \"size\": %d}\n", seconds, spent, len(pdf))
	return err
}

// Seconds that this process has had of them.
func processors() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		log.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds()
}

func parse(text []byte) (order, time.Time, error) {
	var row row
	var order order
	if err := json.Unmarshal(text, &row); err != nil {
		return order, time.Time{}, err
	}
	if err := json.Unmarshal([]byte(row.Body), &order); err != nil {
		return order, time.Time{}, err
	}
	received, err := time.Parse(time.RFC3339, row.ReceivedAt)
	return order, received, err
}
