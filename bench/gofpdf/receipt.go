package main

import (
	"bytes"
	"strconv"
	"time"
)

func receipt(order order, received time.Time, face face) ([]byte, error) {
	page := newPage(face)
	page.SetTitle("Receipt "+order.OrderID, true)
	if len(order.Items) > 0 {
		page.numbered(order.OrderID)
	}
	page.AddPage()
	page.heading(order, received)
	if len(order.Items) > 0 {
		if err := page.bill(order); err != nil {
			return nil, err
		}
	}
	page.Ln(12)
	page.left(10, "Thank you for your order, "+order.CustomerName+".")
	var pdf bytes.Buffer
	err := page.Output(&pdf)
	return pdf.Bytes(), err
}

func (p page) heading(order order, received time.Time) {
	p.left(24, "Receipt")
	p.Ln(6)
	p.left(8, "Order")
	p.left(11, order.OrderID)
	p.left(8, "Customer")
	p.left(11, order.CustomerName)
	p.left(8, "Received")
	p.left(11, received.UTC().Format("2006-01-02 15:04:05 UTC"))
}

func (p page) bill(order order) error {
	totals, err := order.totals()
	if err != nil {
		return err
	}
	p.Ln(8)
	p.labels(order.Currency)
	for position, item := range order.Items {
		p.keepTogether(order.Currency)
		line := totals.lines[position]
		p.row(10, item.Name, grouped(item.Quantity), amount(line/item.Quantity), amount(line))
	}
	p.rule()
	p.sum(10, "Subtotal", totals.subtotal)
	for _, tax := range totals.taxes {
		p.sum(10, "Tax "+strconv.Itoa(tax.rate)+" %", tax.amount)
	}
	p.sum(13, "Total "+order.Currency, totals.total)
	return nil
}

// The labels are above the lines of every page.
func (p page) keepTogether(currency string) {
	if p.GetY()+lineHeight > bottom {
		p.AddPage()
		p.labels(currency)
	}
}

func (p page) labels(currency string) {
	p.row(8, "Item", "Quantity", "Unit price", "Amount, "+currency)
	p.rule()
}

func (p page) sum(size float64, label string, cents int) {
	p.row(size, "", "", label, amount(cents))
}
