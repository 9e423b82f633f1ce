package sample

import (
	"strings"

	"github.com/jimu-ml/jimu/data/table"
)

// Iris returns 150 irises: four measures in centimetres, from sepal_length to petal_width, and the species, 50 of each.
func Iris() (*table.Table, error) { return csv("iris", nil) }

// Cars returns 398 cars: mpg, the miles that they go on a US gallon, to be predicted from cylinders, displacement (cubic
// inches), horsepower, weight (pounds), acceleration (seconds from 0 to 60 mph), model_year (less 1900) and origin. The
// horsepower of six is missing; name is text.
func Cars() (*table.Table, error) {
	return csv("cars", map[string]table.Kind{"name": table.Text})
}

// Wine returns 178 wines by thirteen measures of their chemistry, and the class, 1 to 3: which of three vineyards' growers made it.
func Wine() (*table.Table, error) {
	return csv("wine", map[string]table.Kind{"class": table.Category})
}

// Cancer returns 569 lumps of the breast by thirty measures of the nuclei of their cells, and the diagnosis: B, benign, of 357,
// or M, malignant, of 212.
func Cancer() (*table.Table, error) { return csv("cancer", map[string]table.Kind{"id": table.Text}) }

// California returns 20,640 districts of California in 1990: where they lie, how old and large the houses are, who lives there and
// what they earn (median_income, in tens of thousands of dollars), how near the ocean is; and median_house_value, in
// dollars, at most 500,001.
func California() (*table.Table, error) { return csv("california", nil) }

// Passengers returns how many passengers, in thousands, flew on airlines in each of 144 months from 1949 to 1960.
func Passengers() (*table.Table, error) { return csv("airline", nil) }

func csv(set string, kinds map[string]table.Kind) (*table.Table, error) {
	r, err := open(set, 0)
	if err != nil {
		return nil, err
	}
	return table.Read(r, strings.TrimSuffix(sets[set][0], ".gz"), table.Options{Separator: ',', Header: table.With, Kinds: kinds})
}
