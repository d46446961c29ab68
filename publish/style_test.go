package publish

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// luminance of a colour written as six hexadecimal digits (WCAG 2.2).
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	sum := 0.0
	for i, weight := range []float64{.2126, .7152, .0722} {
		v, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(v) / 255
		if c <= .04045 {
			sum += weight * c / 12.92
		} else {
			sum += weight * math.Pow((c+.055)/1.055, 2.4)
		}
	}
	return sum
}

// TestContrast holds every text colour against every ground it stands on, in
// the light and the dark palette, to level AA of WCAG 2.2 (4.5 to 1).
func TestContrast(t *testing.T) {
	light, dark, _ := strings.Cut(Style(), "@media (prefers-color-scheme: dark)")
	for name, palette := range map[string]string{"light": light, "dark": dark} {
		colours := map[string]float64{}
		for _, m := range regexp.MustCompile(`--(\w+): #([0-9a-f]{6});`).FindAllStringSubmatch(palette, -1) {
			if _, known := colours[m[1]]; !known {
				colours[m[1]] = luminance(t, m[2])
			}
		}
		for _, ground := range []string{"paper", "raised", "mark"} {
			for _, text := range []string{"ink", "soft", "link", "trouble"} {
				a, b := colours[ground], colours[text]
				if a == 0 && b == 0 {
					t.Fatalf("%s: no colour %s or %s", name, ground, text)
				}
				if ratio := (max(a, b) + .05) / (min(a, b) + .05); ratio < 4.5 {
					t.Errorf("%s: %s on %s has contrast %.2f", name, text, ground, ratio)
				}
			}
		}
	}
}
