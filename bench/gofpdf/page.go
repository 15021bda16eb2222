package main

import (
	"fmt"
	"os"

	"github.com/jung-kurt/gofpdf"
)

const (
	margin     = 22.0 // millimetres, as everything here but sizes of letters
	bottom     = 270.0
	lineHeight = 6.5
)

var columns = []float64{82, 24, 30, 30}

// The letters of a receipt: those of a font file, or of Helvetica, whose encoding is not Unicode.
type face struct {
	file   []byte
	encode func(string) string
}

// The font file is read once, not for each receipt as by AddUTF8Font.
func faceOf(font string) (face, error) {
	if font == "core" {
		return face{nil, gofpdf.New("P", "mm", "A4", "").UnicodeTranslatorFromDescriptor("")}, nil
	}
	file, err := os.ReadFile(font)
	return face{file, func(text string) string { return text }}, err
}

type page struct {
	*gofpdf.Fpdf
	face   face
	family string
}

func newPage(face face) page {
	page := page{gofpdf.New("P", "mm", "A4", ""), face, "Helvetica"}
	page.SetMargins(margin, 24, margin)
	page.SetAutoPageBreak(true, 297-bottom)
	if face.file != nil {
		page.family = "own"
		page.AddUTF8FontFromBytes(page.family, "", face.file)
	}
	return page
}

func (p page) numbered(orderID string) {
	p.AliasNbPages("{nb}")
	p.SetFooterFunc(func() {
		p.SetY(-15)
		p.cell(8, 0, "R", fmt.Sprintf("Receipt %s · page %d of {nb}", orderID, p.PageNo()))
	})
}

func (p page) row(size float64, name string, figures ...string) {
	p.cell(size, columns[0], "L", name)
	for column, figure := range figures {
		p.cell(size, columns[column+1], "R", figure)
	}
	p.Ln(lineHeight)
}

func (p page) left(size float64, text string) {
	p.cell(size, 0, "L", text)
	p.Ln(lineHeight)
}

func (p page) cell(size, width float64, align, text string) {
	p.SetFont(p.family, "", size)
	p.CellFormat(width, lineHeight, p.face.encode(text), "", 0, align, false, 0, "")
}

func (p page) rule() {
	p.Line(margin, p.GetY(), 210-margin, p.GetY())
}
